// At most one value per interval: the first at once, the newest of the others when the interval is over.

export interface TickLimit<Value> {
  offer(value: Value): void;
  /** Drops what waits; nothing is emitted from now on. */
  end(): void;
}

export function createTickLimit<Value>(intervalMs: number, emit: (value: Value) => void): TickLimit<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: { value: Value } | undefined;
  let ended = false;

  function open(): void {
    timer = undefined;
    if (!waiting) return;
    const { value } = waiting;
    waiting = undefined;
    pass(value);
  }

  function pass(value: Value): void {
    timer = setTimeout(open, intervalMs);
    emit(value);
  }

  return {
    offer(value) {
      if (ended) return;
      if (timer === undefined) pass(value);
      else waiting = { value };
    },
    end() {
      ended = true;
      waiting = undefined;
      clearTimeout(timer);
    },
  };
}
