// The version of this agent, as it tells it to hubs and people.
import manifest from '../package.json' with { type: 'json' };

export const version: string = manifest.version;
