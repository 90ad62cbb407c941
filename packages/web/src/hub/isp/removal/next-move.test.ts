import { describe, expect, test } from 'bun:test';
import type { StepStatus } from '@relevo/protocol';
import { type Answers, nextMove } from './next-move.ts';

const done = { state: 'done', message: '' } as const;
const sent = { state: 'sent' } as const;
const late = { state: 'late' } as const;
const refused = { state: 'refused', message: 'no' } as const;

type Heard = [string, StepStatus][];

describe('a removal', () => {
  test.each<[string, Heard, Answers, string]>([
    ['begins with the service', [], {}, 'send remove-service'],
    [
      'begins when the hub knows the steps already',
      [
        ['remove-service', 'pending'],
        ['remove-router', 'pending'],
      ],
      {},
      'send remove-service',
    ],
    ['waits for an answer', [], { 'remove-service': sent }, 'wait remove-service'],
    ['waits for work that somebody else asked for', [['remove-service', 'in_progress']], {}, 'wait remove-service'],
    ['goes on when the answer came before the news', [['remove-service', 'in_progress']], { 'remove-service': done }, 'send remove-router'],
    ['goes on when the news came and no answer', [['remove-service', 'completed']], {}, 'send remove-router'],
    ['goes on when the news came after a late answer', [['remove-service', 'completed']], { 'remove-service': late }, 'send remove-router'],
    [
      'waits after a late answer, also while the agent is away',
      [
        ['remove-service', 'completed'],
        ['remove-router', 'pending'],
      ],
      { 'remove-router': late },
      'wait remove-router',
    ],
    [
      'halts at a step that failed',
      [
        ['remove-service', 'completed'],
        ['remove-router', 'error'],
      ],
      {},
      'halt remove-router',
    ],
    [
      'halts at a failure after a late answer',
      [
        ['remove-service', 'completed'],
        ['remove-router', 'error'],
      ],
      { 'remove-router': late },
      'halt remove-router',
    ],
    ['halts at a refusal of which there is no news', [['remove-service', 'completed']], { 'remove-router': refused }, 'halt remove-router'],
    ['waits when what was refused is under way after all', [['remove-service', 'in_progress']], { 'remove-service': refused }, 'wait remove-service'],
    [
      'waits for a second attempt, whatever the first one told',
      [
        ['remove-service', 'completed'],
        ['remove-router', 'error'],
      ],
      { 'remove-router': sent },
      'wait remove-router',
    ],
    [
      'does not pass a failed step for a later one that is done',
      [
        ['remove-service', 'error'],
        ['remove-config', 'completed'],
      ],
      {},
      'halt remove-service',
    ],
    [
      'is finished when all three are',
      [
        ['remove-service', 'completed'],
        ['remove-router', 'completed'],
        ['remove-config', 'completed'],
      ],
      {},
      'finish',
    ],
    ['is finished when all three were answered', [], { 'remove-service': done, 'remove-router': done, 'remove-config': done }, 'finish'],
  ])('%s', (_, heard, answers, expected) => {
    const move = nextMove(
      heard.map(([step, status]) => ({ step, status })),
      answers,
    );
    expect('step' in move ? `${move.kind} ${move.step}` : move.kind).toBe(expected);
  });
});
