// Why a connection of an agent ended, in words.
import { closeCodes } from '@relevo/protocol';
import { useTranslation } from 'react-i18next';
import { lostCode } from './presence.ts';

const ends = {
  1000: 'shut_down',
  1005: 'shut_down',
  [lostCode]: 'lost',
  [closeCodes.goingAway]: 'hub_restarted',
  [closeCodes.brokenProtocol]: 'protocol',
  [closeCodes.sessionEnded]: 'token',
  [closeCodes.notAllowed]: 'revoked',
  [closeCodes.replaced]: 'replaced',
} as const satisfies Record<number, string>;

/** From a close code, what to say. */
export function useEndText(): (code: number | null) => string {
  const { t } = useTranslation();
  return (code) => {
    const end = code !== null && code in ends ? ends[code as keyof typeof ends] : 'other';
    return t(`agent_ends.${end}`);
  };
}
