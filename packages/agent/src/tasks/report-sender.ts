// Sends what is in the outbox while there is a connection: in order, so many at a time, again from the first unacknowledged after a reconnect.
import type { AgentReport } from '@relevo/protocol';
import type { Log } from '@relevo/runtime';
import type { Outbox } from './outbox.ts';

export interface ReportSender {
  /** A connection began: everything after `ackedSeq` goes out. */
  begin(ackedSeq: number): void;
  acked(seq: number): void;
  /** The connection ended. */
  end(): void;
  /** Something was added to the outbox. */
  wake(): void;
}

/** `send` says whether the report went out. */
export function createReportSender(outbox: Outbox, inFlightMax: number, send: (report: AgentReport) => boolean, log: Log): ReportSender {
  let sentSeq: number | undefined;
  let ackedSeq = 0;
  /** Numbers may have gaps, so what is in flight is counted, not computed. */
  let inFlight: number[] = [];
  let pumping = false;
  let again = false;

  async function pump(): Promise<void> {
    do {
      again = false;
      while (sentSeq !== undefined && inFlight.length < inFlightMax) {
        const from = sentSeq;
        const room = inFlightMax - inFlight.length;
        const reports = await outbox.after(from, room);
        // A reconnect while the disk was read starts over from another number.
        if (sentSeq !== from) continue;
        for (const report of reports) {
          if (!send(report)) {
            sentSeq = undefined;
            return;
          }
          sentSeq = report.seq;
          inFlight.push(report.seq);
        }
        if (reports.length < room) break;
      }
    } while (again);
  }

  function wake(): void {
    again = true;
    if (pumping) return;
    pumping = true;
    // What was written together wakes one by one, and is read together.
    void new Promise((resolve) => setImmediate(resolve))
      .then(pump)
      .catch((error: unknown) => log.error({ event: 'outbox_failed', err: error }, 'the outbox could not be read'))
      .finally(() => {
        pumping = false;
        if (again && sentSeq !== undefined) wake();
      });
  }

  return {
    begin(seq) {
      sentSeq = seq;
      ackedSeq = seq;
      inFlight = [];
      wake();
    },
    acked(seq) {
      if (seq <= ackedSeq) return;
      ackedSeq = seq;
      const isFull = inFlight.length >= inFlightMax;
      inFlight = inFlight.filter((sent) => sent > seq);
      if (isFull) wake();
    },
    end() {
      sentSeq = undefined;
      inFlight = [];
    },
    wake,
  };
}
