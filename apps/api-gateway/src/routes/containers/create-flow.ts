import { BaleenError, type EngineAnswer, type PlacementRequest, type SchedulerReply } from '#contracts';
import { replaceMembers, withGrant, withNetworkIds } from '#docker-api';
import { newOperation } from '../../commands/new-operation.ts';
import { ReservationKeeper } from '../../commands/reservation-keeper.ts';
import { seenHere } from '../../commands/seen-here.ts';
import { refusalText } from '../../daemons/daemons.ts';
import type { Fleet } from '../../fleet.ts';
import { matchImages, meansOneImage } from '../../fleet-view/lookup/image-lookup.ts';
import { ensureImage, imagesFor } from '../images/ensure-image.ts';
import { meantImages } from '../images/meant-images.ts';
import { allArrived } from '../moves/arrivals.ts';
import { bringAlong } from '../moves/bring-along.ts';
import { presentIds } from '../moves/present-ids.ts';
import { undrawable } from './undrawable-ports.ts';

/** A create as the gateway has read it. */
export type CreateInput = {
  /** Address of the client: its pull and its next create come from there too. */
  readonly caller: string;
  readonly apiVersion: string;
  readonly request: PlacementRequest;
  /** As of `ParsedCreate`; what is on a node by the client's own word is not brought elsewhere. */
  readonly hasPins: boolean;
  readonly networkIds: readonly string[];
  readonly bodyFor: (operation: string) => Buffer;
  readonly signal: AbortSignal;
  /** Hears of each engine that is asked to create, and of the operation by which the container will be known. */
  readonly onPlaced: (engine: string, operation: string) => void;
};

export type Grant = SchedulerReply<'place'>;

/** A create tries at most: the chosen engine, the same after a pull, a holder of the image, once more for a lost engine, and twice for ports. */
const placementsMax = 6;

type Outcome =
  | { readonly type: 'answered'; readonly answer: EngineAnswer }
  | {
      readonly type: 'place-again';
      readonly only?: readonly string[];
      readonly exclude?: readonly string[];
      readonly avoidPorts?: readonly string[];
      readonly stays?: readonly string[];
    }
  /** The same operation again, under the new leader's term: an earlier try of it may still be on its way to the engine. */
  | { readonly type: 'leader-changed' };

/** What a placement may choose from. */
type Offer = Readonly<Record<'only' | 'exclude' | 'avoidPorts' | 'stays', readonly string[]>>;

/** The life of one `POST /containers/create` (docs/architecture.md): place, create, wait for the view; give back what failed. */
export class CreateFlow {
  readonly #fleet: Fleet;
  readonly #input: CreateInput;
  /** Operations that an engine was asked for; `refused` = that was its last word, and nothing was made. */
  readonly #asked = new Map<string, 'sent' | 'refused'>();

  constructor(fleet: Fleet, input: CreateInput) {
    this.#fleet = fleet;
    this.#input = input;
  }

  /** Resolves with the engine's own answer, whose effect is in this gateway's view; rejects with BaleenErrors. */
  async run(): Promise<EngineAnswer> {
    let only: readonly string[] = [];
    let exclude: readonly string[] = [];
    let avoidPorts: readonly string[] = [];
    let stays: readonly string[] = [];
    let retriesLeft = this.#fleet.config.clusterOpts.createRetry;
    let operation = newOperation(this.#fleet.randomness);
    for (let placement = 1; ; placement++) {
      const outcome = await this.#placeAndCreate(operation, { only, exclude, avoidPorts, stays });
      if (outcome.type === 'answered') {
        if (outcome.answer.status < 500 || retriesLeft === 0) return outcome.answer;
        retriesLeft -= 1;
      } else if (placement >= placementsMax) {
        throw new BaleenError('cluster/busy', `the create was placed ${placement} times in vain`);
      }
      if (outcome.type === 'leader-changed') continue;
      operation = newOperation(this.#fleet.randomness);
      if (outcome.type === 'answered') continue;
      only = outcome.only ?? only;
      exclude = [...exclude, ...(outcome.exclude ?? [])];
      avoidPorts = [...avoidPorts, ...(outcome.avoidPorts ?? [])];
      stays = [...stays, ...(outcome.stays ?? [])];
    }
  }

  async #placeAndCreate(operation: string, { only, exclude, avoidPorts, stays }: Offer): Promise<Outcome> {
    const { scheduler } = this.#fleet;
    const { request, hasPins, signal } = this.#input;
    const keeper = new ReservationKeeper(this.#fleet, operation);
    let isKept = () => false;
    try {
      const offer = { only: [...only], exclude: [...exclude], avoidPorts: [...avoidPorts] };
      const wanted = { operation, request, ...offer, ...(!hasPins && { moves: { except: [...stays] } }) };
      // What the client was told of an image before this create is in the view when the image is looked at.
      const [grant] = await Promise.all([scheduler.ask('place', wanted, signal), this.#fleet.follower.upToDate()]);
      keeper.start();
      // Should this throw once an engine was asked, nobody knows whether it has made it: its record confirms the reservation, or its time ends it.
      isKept = () => this.#asked.get(operation) === 'sent';
      const outcome = await this.#createOn(grant);
      isKept = () => outcome.type === 'leader-changed' || (outcome.type === 'answered' && outcome.answer.status === 201);
      return outcome;
    } finally {
      // A created container confirms the reservation itself; a refused one gives it back without keeping the client waiting.
      keeper.stop(isKept() ? undefined : 'the create failed');
    }
  }

  async #createOn(grant: Grant): Promise<Outcome> {
    this.#input.onPlaced(grant.engine, grant.operation);
    const avoidPorts = await undrawable(this.#fleet.forwards, grant.published);
    if (avoidPorts.length > 0) return { type: 'place-again', avoidPorts };
    const stays = await this.#bringAlong(grant);
    if (stays === 'leader-changed') return { type: 'leader-changed' };
    if (stays.length > 0) return { type: 'place-again', stays };
    if (!(await allArrived(this.#fleet, grant.engine, this.#input.request))) return { type: 'place-again' };
    const holders = await this.#holdersOfMeantImage(grant.engine);
    if (holders !== undefined && (await this.#bringImage(grant.engine)) === undefined)
      return { type: 'place-again', only: holders };
    const answer = await this.#send(grant);
    if (answer === 'engine-lost') return { type: 'place-again', exclude: [grant.engine] };
    if (answer === 'leader-changed') return { type: 'leader-changed' };
    if (!isMissingImage(answer)) return { type: 'answered', answer };
    return this.#afterMissingImage(grant, answer);
  }

  /** `image`: what the engine knows the image by, where that is not what the client said. */
  async #send(grant: Grant, image?: string): Promise<EngineAnswer | 'engine-lost' | 'leader-changed'> {
    const { commands } = this.#fleet;
    const { apiVersion, request, networkIds, bodyFor } = this.#input;
    const { operation, term } = grant;
    const ids = presentIds(this.#fleet.follower.view, grant.engine, [...request.networks, ...networkIds]);
    const granted = withNetworkIds(withGrant(bodyFor(operation), grant), ids);
    const isRenamed = image !== undefined && image !== request.image;
    const body = (isRenamed ? replaceMembers(granted, { Image: JSON.stringify(image) }) : granted).toString('utf8');
    try {
      const { name, platform } = request;
      const isAgain = this.#asked.has(operation);
      this.#asked.set(operation, 'sent');
      const asked = { operation, isAgain, term, name, platform, apiVersion, body, mayAnswerEarly: true };
      const reply = await commands.create(grant.engine, asked);
      if (reply.answer.status !== 201) this.#asked.set(operation, 'refused');
      await seenHere(this.#fleet, grant.engine, reply);
      return reply.answer;
    } catch (error) {
      // Known to be down before it was asked; after a broken connection nobody knows, and another engine might be a second copy.
      if (error instanceof BaleenError && error.code === 'engine/unhealthy') return 'engine-lost';
      if (isStaleTerm(error)) return 'leader-changed';
      throw error;
    }
  }

  /** Resolves with IDs of networks and names of volumes that stay where they are. */
  async #bringAlong({ moves, engine, term }: Grant): Promise<readonly string[] | 'leader-changed'> {
    try {
      const stays = await bringAlong(this.#fleet, { moves, to: engine, term });
      return stays.map(({ id }) => id);
    } catch (error) {
      if (isStaleTerm(error)) return 'leader-changed';
      throw error;
    }
  }

  /** The client pulls what nobody has; what others have is brought here, or the create goes to them. */
  async #afterMissingImage(grant: Grant, refusal: EngineAnswer): Promise<Outcome> {
    const { pulls, follower } = this.#fleet;
    const { caller, request } = this.#input;
    const engine = follower.view.engine(grant.engine);
    const copies = engine === undefined ? [] : imagesFor(this.#fleet, engine, request.image, request.platform);
    if (copies.length === 0) {
      pulls.rememberEngine(caller, request.image, grant.engine);
      return { type: 'answered', answer: refusal };
    }
    const reference = await this.#bringImage(grant.engine);
    if (reference !== undefined) {
      const answer = await this.#send(grant, reference);
      if (typeof answer !== 'string') return { type: 'answered', answer };
    }
    return { type: 'place-again', only: copies.map((copy) => copy.engine) };
  }

  /**
   * Engines that have what the image's name means, where the chosen one has another image under it: something was built, committed
   * or tagged elsewhere since. `undefined` = it has the right one, or none.
   */
  async #holdersOfMeantImage(key: string): Promise<string[] | undefined> {
    const { view } = this.#fleet.follower;
    const { request, apiVersion, signal } = this.#input;
    if (meansOneImage(view, request.image)) return undefined;
    const engine = view.engine(key);
    const own = matchImages(view, request.image).find((image) => image.engine === key);
    if (engine === undefined || own === undefined) return undefined;
    const copies = [own, ...imagesFor(this.#fleet, engine, request.image, request.platform)];
    const meant = await meantImages(this.#fleet, copies, { apiVersion, signal });
    return meant.includes(own) ? undefined : meant.map((copy) => copy.engine);
  }

  /** Resolves with what the engine then knows the image by; `undefined` when it could not be brought. */
  async #bringImage(key: string): Promise<string | undefined> {
    const { follower, logger } = this.#fleet;
    const { caller, request, apiVersion, signal } = this.#input;
    const engine = follower.view.engine(key);
    if (engine === undefined) return undefined;
    try {
      const wanted = { reference: request.image, platform: request.platform, apiVersion, caller };
      return await ensureImage(this.#fleet, engine, wanted, signal);
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
      logger.warn({ engine: key, image: request.image, reason: error.message }, 'an image could not be brought to an engine');
      return undefined;
    }
  }
}

/** The next leader is asked: what it granted before, it grants again. */
function isStaleTerm(error: unknown): boolean {
  return error instanceof BaleenError && error.code === 'engine/stale-term';
}

/** The engine's 404 for the image, not for a network, a link or a plugin: its message is the only sign there is. */
function isMissingImage({ status, body }: EngineAnswer): boolean {
  return status === 404 && /^no such image/i.test(refusalText(body));
}
