import { BaleenError, type EngineAnswer, type PlacementRequest, type SchedulerReply } from '#contracts';
import { withGrant } from '#docker-api';
import { ReservationKeeper } from '../../commands/reservation-keeper.ts';
import { refusalText } from '../../daemons/daemons.ts';
import type { Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { matchImages } from '../../fleet-view/lookup/image-lookup.ts';
import { pullOn } from '../images/image-pull.ts';

/** A create as the gateway has read it. */
export type CreateInput = {
  /** Address of the client: its pull and its next create come from there too. */
  readonly caller: string;
  readonly apiVersion: string;
  readonly request: PlacementRequest;
  /** The body for the engine, with the operation's label; what the grant says is put in later. */
  readonly bodyFor: (operation: string) => Buffer;
  readonly signal: AbortSignal;
};

export type Grant = SchedulerReply<'place'>;

/** A create tries at most: the chosen engine, the same after a pull, a holder of the image, and once more for a lost engine. */
const placementsMax = 4;
const operationBytes = 16;
/** A pull for a create that nobody watches; longer pulls are the client's own, with progress. */
const pullMs = 300_000;

type Outcome =
  | { readonly type: 'answered'; readonly answer: EngineAnswer }
  | { readonly type: 'place-again'; readonly only?: readonly string[]; readonly exclude?: readonly string[] }
  /** The same operation again, under the new leader's term: an earlier try of it may still be on its way to the engine. */
  | { readonly type: 'leader-changed' };

/** The life of one `POST /containers/create` (docs/architecture.md): place, create, wait for the view; give back what failed. */
export class CreateFlow {
  readonly #fleet: Fleet;
  readonly #input: CreateInput;

  constructor(fleet: Fleet, input: CreateInput) {
    this.#fleet = fleet;
    this.#input = input;
  }

  /** Resolves with the engine's own answer, whose effect is in this gateway's view; rejects with BaleenErrors. */
  async run(): Promise<EngineAnswer> {
    const { request } = this.#input;
    let only: readonly string[] = this.#fleet.pulls.isUnpullable(request.image) ? this.#holders().map(({ key }) => key) : [];
    let exclude: readonly string[] = [];
    let retriesLeft = this.#fleet.config.clusterOpts.createRetry;
    let operation = this.#fleet.randomness.hex(operationBytes);
    for (let placement = 1; ; placement++) {
      const outcome = await this.#placeAndCreate(operation, only, exclude);
      if (outcome.type === 'answered') {
        if (outcome.answer.status < 500 || retriesLeft === 0) return outcome.answer;
        retriesLeft -= 1;
      } else if (placement >= placementsMax) {
        throw new BaleenError('cluster/busy', `the create was placed ${placement} times in vain`);
      }
      if (outcome.type === 'leader-changed') continue;
      operation = this.#fleet.randomness.hex(operationBytes);
      if (outcome.type === 'answered') continue;
      only = outcome.only ?? only;
      exclude = [...exclude, ...(outcome.exclude ?? [])];
    }
  }

  async #placeAndCreate(operation: string, only: readonly string[], exclude: readonly string[]): Promise<Outcome> {
    const { scheduler } = this.#fleet;
    const { request, signal } = this.#input;
    const keeper = new ReservationKeeper(this.#fleet, operation);
    let isKept = false;
    try {
      const wanted = { operation, request, only: [...only], exclude: [...exclude] };
      const grant = await scheduler.ask('place', wanted, signal);
      keeper.start();
      // Should this throw, nobody knows whether the engine has made it: its record confirms the reservation, or its time ends it.
      isKept = true;
      const outcome = await this.#createOn(grant);
      isKept = outcome.type === 'leader-changed' || (outcome.type === 'answered' && outcome.answer.status === 201);
      return outcome;
    } finally {
      // A created container confirms the reservation itself; a refused one gives it back without keeping the client waiting.
      keeper.stop(isKept ? undefined : 'the create failed');
    }
  }

  async #createOn(grant: Grant): Promise<Outcome> {
    const answer = await this.#send(grant);
    if (answer === 'engine-lost') return { type: 'place-again', exclude: [grant.engine] };
    if (answer === 'leader-changed') return { type: 'leader-changed' };
    if (!isMissingImage(answer)) return { type: 'answered', answer };
    return this.#afterMissingImage(grant, answer);
  }

  async #send(grant: Grant): Promise<EngineAnswer | 'engine-lost' | 'leader-changed'> {
    const { commands, follower } = this.#fleet;
    const { apiVersion, request, bodyFor } = this.#input;
    const { operation, term } = grant;
    const body = withGrant(bodyFor(operation), grant).toString('utf8');
    try {
      const { name, platform } = request;
      const reply = await commands.create(grant.engine, { operation, term, name, platform, apiVersion, body });
      await follower.reached(reply.sequence);
      return reply.answer;
    } catch (error) {
      // Known to be down before it was asked; after a broken connection nobody knows, and another engine might be a second copy.
      if (error instanceof BaleenError && error.code === 'engine/unhealthy') return 'engine-lost';
      // The next leader is asked: what it granted before, it grants again.
      if (error instanceof BaleenError && error.code === 'engine/stale-term') return 'leader-changed';
      throw error;
    }
  }

  /** The client pulls what nobody has; what others have is pulled here, or the create goes to them. */
  async #afterMissingImage(grant: Grant, refusal: EngineAnswer): Promise<Outcome> {
    const { pulls } = this.#fleet;
    const { caller, request } = this.#input;
    const holders = this.#holders().filter((engine) => engine.key !== grant.engine);
    if (holders.length === 0) {
      pulls.rememberEngine(caller, request.image, grant.engine);
      return { type: 'answered', answer: refusal };
    }
    if (!pulls.isUnpullable(request.image) && (await this.#pulls(grant.engine))) {
      const answer = await this.#send(grant);
      if (typeof answer !== 'string') return { type: 'answered', answer };
    } else {
      pulls.rememberUnpullable(request.image);
    }
    return { type: 'place-again', only: holders.map((engine) => engine.key) };
  }

  async #pulls(key: string): Promise<boolean> {
    const { follower, pulls, logger } = this.#fleet;
    const { caller, request, apiVersion, signal } = this.#input;
    const engine = follower.view.engine(key);
    if (engine === undefined) return false;
    const query = new URLSearchParams({
      fromImage: request.image,
      ...(request.platform !== '' && { platform: request.platform }),
    });
    if (!/[:@][^/]*$/.test(request.image)) query.set('tag', 'latest');
    const registryAuth = pulls.credentialsFor(caller, request.image) ?? '';
    const wanted = { query: query.toString(), registryAuth, apiVersion };
    const { signal: bounded, release } = boundedSignal(this.#fleet, signal);
    try {
      const failure = await pullOn(this.#fleet, engine, wanted, bounded, () => undefined);
      if (failure !== undefined)
        logger.info({ engine: key, image: request.image, reason: failure.message }, 'pull for a create failed');
      return failure === undefined;
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
      logger.info({ engine: key, image: request.image, reason: error.message }, 'pull for a create failed');
      return false;
    } finally {
      release();
    }
  }

  #holders(): FleetEngine[] {
    const { view } = this.#fleet.follower;
    const engines = matchImages(view, this.#input.request.image).map((image) => view.engine(image.engine));
    return engines.filter((engine) => engine !== undefined).filter((engine) => engine.isHealthy);
  }
}

/** The engine's 404 for the image, not for a network, a link or a plugin: its message is the only sign there is. */
function isMissingImage({ status, body }: EngineAnswer): boolean {
  return status === 404 && /^no such image/i.test(refusalText(body));
}

function boundedSignal({ clock }: Fleet, signal: AbortSignal): { signal: AbortSignal; release: () => void } {
  const deadline = new AbortController();
  const timeout = new BaleenError('engine/timeout', `the pull took longer than ${pullMs / 1_000} s`);
  const release = clock.after(pullMs, () => deadline.abort(timeout));
  return { signal: AbortSignal.any([signal, deadline.signal]), release };
}
