// What the agent can do on a customer's router; one implementation for each kind of router.
import type { RoutedConnection, RouterEntry } from '@relevo/protocol';

/**
 * What an entry does for the connection, which says when it goes: `access` lets the customer in and goes first, so that a session that is
 * cut (`session`) cannot come back; `rest` goes last.
 */
export type EntryRole = 'access' | 'session' | 'rest';

/** One thing of a connection as it stands on the router now. */
export interface FoundEntry extends Omit<RouterEntry, 'sealed'> {
  role: EntryRole;
  /** The router made it by itself and may make it again (a learnt neighbour, a tracked flow): taken away once, and not waited for. */
  fleeting: boolean;
  /** Members that are secret, in the clear: they stay in memory. */
  secrets: Record<string, string>;
}

/** An entry that was taken off, or disabled, and comes back: its secrets open again. */
export type KeptEntry = Pick<FoundEntry, 'kind' | 'label' | 'name' | 'values' | 'secrets'>;

/** What the router holds of customers, to be compared with the records. */
export interface RouterCustomers {
  /** True when something on the router lets `connection` in. */
  holds(connection: RoutedConnection): boolean;
  /** What belongs to none of `connections`, at most `max`. */
  unexpected(connections: readonly RoutedConnection[], max: number): RouterEntry[];
}

export interface RouterAbout {
  /** The router's own name and system. */
  identity: string;
  /** SHA-256 of the key that it showed, base64 without padding; null where there is none. */
  pin: string | null;
}

/**
 * A router that is reached with one connection's rights in mind: no method touches what belongs to more than that connection.
 * Each may be called again after it failed. @throws RouterInterruption when trying again may help, TaskFailure when not
 */
export interface Router {
  /** True when several tasks may use it at once: one that breaks off takes nothing from the others. */
  readonly isShareable: boolean;
  /** Who it is; changes nothing. */
  probe(signal: AbortSignal): Promise<RouterAbout>;
  /** Everything of the connection in the order of a removal. @throws TaskFailure `router.ambiguous` when something of it is not its alone */
  find(connection: RoutedConnection, signal: AbortSignal): Promise<FoundEntry[]>;
  /** Takes an entry away, looked up anew. False: it was gone. */
  remove(entry: FoundEntry, signal: AbortSignal): Promise<boolean>;
  /** Puts an entry back. False: it is there already, or is one that only the router makes. @throws TaskFailure when it is not of `connection` */
  restore(entry: KeptEntry, connection: RoutedConnection, signal: AbortSignal): Promise<boolean>;
  /** Keeps an entry but lets nothing through it; a session is cut. False: there is nothing to disable. */
  suspend(entry: FoundEntry, signal: AbortSignal): Promise<boolean>;
  /** Makes an entry again what it was before a suspension. False: it is so already. @throws TaskFailure when it is not of `connection` */
  reactivate(entry: KeptEntry, connection: RoutedConnection, signal: AbortSignal): Promise<boolean>;
  /** Everything of all customers, read only. */
  customers(signal: AbortSignal): Promise<RouterCustomers>;
  /** Lets go of the connection to the router. */
  close(): void;
}
