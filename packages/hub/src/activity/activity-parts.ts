// What the endpoints of this capability stand on, made once.
import type { HubDatabase } from '../database/database.ts';
import { DeliveryRetries } from '../deliveries/delivery-retries.ts';
import type { HubSettings } from '../settings.ts';
import { Activity, type ActivityOptions } from './activity.ts';
import { OperationTraces } from './operation-traces.ts';

export interface ActivityParts {
  db: HubDatabase;
  settings: HubSettings;
  figures: Activity;
  traces: OperationTraces;
  retries: DeliveryRetries;
}

export function createActivity(options: ActivityOptions & { settings: HubSettings }): ActivityParts {
  const { db, settings, log } = options;
  return {
    db,
    settings,
    figures: new Activity(options),
    traces: new OperationTraces(db, log, settings.ACTIVITY_MESSAGES_MAX),
    retries: new DeliveryRetries(db),
  };
}
