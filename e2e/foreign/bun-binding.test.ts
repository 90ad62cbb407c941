// The SDK's progress socket on Bun, met by a client of bytes.
import { progressSocketContract } from './progress-socket.contract.ts';
import { bindingTarget } from './targets.ts';

progressSocketContract('binding on Bun', (scope) => bindingTarget(scope, 'bun'));
