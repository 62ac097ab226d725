import { describe, expect, it } from 'vitest';
import type { CandidateVerdict } from '#contracts';
import { placementFailure } from './failure.ts';

const refused = (count: number, refusedBy: string, reason: string): CandidateVerdict[] =>
  Array.from({ length: count }, (_, index) => ({ engine: `e${index}`, node: `n${index}`, refusedBy, reason }));

describe('the failure of a placement', () => {
  it("has classic's first line, the lines of the filters, and the reasons by how many engines they hold for", () => {
    const verdicts = [...refused(1, 'availability', 'the node is paused'), ...refused(3, 'port', 'port 80 is already allocated')];
    const failure = placementFailure(verdicts, { conditions: [['port 80 (Bridge mode)'], [], ['a', 'b']] }, []);
    expect(failure.message).toBe(
      'Unable to find a node that satisfies the following conditions \n[port 80 (Bridge mode)]\n[a b]\nport 80 is already allocated (3 engines); the node is paused (1 engine)',
    );
    expect(failure).toMatchObject({ status: 500, details: { refusals: { 'port 80 is already allocated': 3 } } });
  });

  it('shows six reasons and counts the rest', () => {
    const verdicts = Array.from({ length: 9 }, (_, index) => refused(1, 'locality', `reason ${index}`)).flat();
    expect(placementFailure(verdicts, { conditions: [] }, []).message).toMatch(/reason 5 \(1 engine\); and 3 more reasons$/);
    expect(placementFailure(verdicts.slice(0, 7), { conditions: [] }, []).message).toMatch(/; and 1 more reason$/);
  });

  it('says what was short once a resource, with the engine that came nearest', () => {
    const shortages = [1, 3, 2].map((free) => ({
      resource: 'memory' as const,
      node: `node-${free}`,
      wanted: 4_096,
      free: free * 1_024,
    }));
    const failure = placementFailure(refused(3, 'resources', 'differs'), undefined, shortages);
    expect(failure.message).toBe(
      'no resources available to schedule container: memory: 4 KiB wanted, at most 3 KiB free on node-3 (3 engines)',
    );
  });

  it('is that there is no engine when none was offered, or none answers', () => {
    expect(placementFailure([], { conditions: [] }, [])).toMatchObject({
      code: 'placement/no-engine',
      message: 'No nodes available in the cluster',
    });
    const unhealthy = refused(2, 'health', 'the engine is not healthy');
    expect(placementFailure(unhealthy, { conditions: [] }, []).message).toBe('No healthy node available in the cluster');
  });
});
