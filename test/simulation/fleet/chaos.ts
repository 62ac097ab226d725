import { subjects } from '#contracts';
import type { SeededRandom } from '#testing';
import { calm } from '../kernel/sim-network.ts';
import { goodMood, type SimEngine } from './sim-engine.ts';
import type { Seat, World } from './world.ts';

type Fault = (seat: Seat, engine: SimEngine) => void;

/** Faults of a world, by the seed: one after the other, several at a time, until they are told to stop. */
export class Chaos {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #faults: readonly Fault[];
  readonly #mayLoseLog: boolean;
  #isOver = false;

  constructor(world: World, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
    // Each world has its own selection: with all faults in all worlds hardly any would ever be seen alone.
    this.#mayLoseLog = random.chance(0.1);
    const all = this.#all();
    const chosen = all.filter(() => random.chance(0.5));
    this.#faults = chosen.length === 0 ? all : chosen;
  }

  async rage(untilMs: number): Promise<void> {
    const { clock } = this.#world;
    const restMaxMs = this.#random.pick([500, 1_500, 4_000]);
    while (clock.monotonicMs() < untilMs) {
      await clock.sleep(this.#random.between(50, restMaxMs));
      if (this.#isOver) return;
      const fault = this.#mayLoseLog && this.#random.chance(0.05) ? () => this.#loseLog() : this.#random.pick(this.#faults);
      fault(this.#random.pick(this.#world.seats), this.#random.pick(this.#world.engines));
    }
  }

  /** No more faults; what is broken is mended. */
  end(): void {
    this.#isOver = true;
    const { network, seats, engines } = this.#world;
    this.#world.note('--- the faults stop');
    network.weather = calm;
    for (const engine of engines) engine.setMood(goodMood);
    for (const seat of seats) {
      if (seat.isStopping) this.#world.kill(seat);
      this.#world.start(seat);
      const { process } = seat;
      if (process === undefined) continue;
      process.lagMaxMs = 0;
      network.mend(process);
      process.resume();
    }
  }

  #all(): Fault[] {
    return [
      (seat) => this.#kill(seat),
      (seat) => this.#stop(seat),
      (seat) => this.#pause(seat),
      (seat) => this.#cut(seat),
      (seat) => this.#lag(seat),
      () => this.#storm(),
      (_, engine) => this.#loseLease(this.#random.chance(0.5) ? 'scheduler' : `engine.${engine.key}`),
      (_, engine) => this.#engineDies(engine),
      (_, engine) => this.#engineHangs(engine),
      (_, engine) => this.#engineSlow(engine),
    ];
  }

  #kill(seat: Seat): void {
    if (seat.process === undefined) return;
    this.#world.kill(seat);
    this.#later(8_000, () => this.#world.start(seat));
  }

  #stop(seat: Seat): void {
    if (seat.role === 'gateway') return;
    this.#world.stop(seat);
    this.#later(8_000, () => this.#world.start(seat));
  }

  #pause(seat: Seat): void {
    const { process } = seat;
    if (process?.isRunning !== true) return;
    this.#world.note(`${process.name} is paused`);
    process.pause();
    this.#later(9_000, () => {
      this.#world.note(`${process.name} is resumed`);
      process.resume();
    });
  }

  #cut(seat: Seat): void {
    const { process } = seat;
    if (process === undefined) return;
    this.#world.note(`${process.name} is cut off`);
    this.#world.network.cut(process);
    this.#later(9_000, () => {
      this.#world.note(`${process.name} is connected again`);
      this.#world.network.mend(process);
    });
  }

  #lag(seat: Seat): void {
    const { process } = seat;
    if (process === undefined) return;
    process.lagMaxMs = this.#random.pick([5, 100, 1_500]);
    this.#world.note(`${process.name} lags up to ${process.lagMaxMs} ms`);
    this.#later(6_000, () => {
      process.lagMaxMs = 0;
    });
  }

  #storm(): void {
    const part = () => this.#random.pick([0, 0, 0.05, 0.3]);
    const weather = {
      lost: part(),
      late: part(),
      lateMaxMs: this.#random.pick([20, 1_000, 6_000]),
      doubled: part(),
      writesLost: part(),
      answersLost: part(),
    };
    this.#world.note(`weather ${JSON.stringify(weather)}`);
    this.#world.network.weather = weather;
    this.#later(6_000, () => {
      this.#world.network.weather = calm;
    });
  }

  #loseLease(what: string): void {
    this.#world.note(`lease ${what} is lost`);
    void this.#world.network.log.delete(subjects.lease(what));
  }

  #loseLog(): void {
    this.#world.note('THE LOG IS LOST');
    this.#world.checker.logLost();
    this.#world.network.logModel.loseEverything();
    this.#world.clock.after(this.#random.between(0, 3_000), () => this.#world.discover());
  }

  #engineDies(engine: SimEngine): void {
    this.#world.note(`${engine.identity.name} dies`);
    engine.setMood({ ...goodMood, state: 'refusing' });
    this.#engineLater(12_000, engine);
  }

  #engineHangs(engine: SimEngine): void {
    this.#world.note(`${engine.identity.name} is silent`);
    engine.setMood({ ...goodMood, state: 'silent' });
    this.#engineLater(20_000, engine);
  }

  #engineSlow(engine: SimEngine): void {
    const mood = {
      ...goodMood,
      latencyMaxMs: this.#random.pick([3, 500, 2_000, 8_000]),
      breaks: this.#random.pick([0, 0.1, 0.4]),
      fails: this.#random.pick([0, 0.3]),
    };
    this.#world.note(`${engine.identity.name} is ${JSON.stringify(mood)}`);
    engine.setMood(mood);
    this.#engineLater(12_000, engine);
  }

  #engineLater(withinMs: number, engine: SimEngine): void {
    this.#later(withinMs, () => {
      this.#world.note(`${engine.identity.name} is well`);
      engine.setMood(goodMood);
    });
  }

  /** Unless everything is mended before. */
  #later(withinMs: number, mend: () => void): void {
    this.#world.clock.after(this.#random.between(100, withinMs), () => {
      if (!this.#isOver) mend();
    });
  }
}
