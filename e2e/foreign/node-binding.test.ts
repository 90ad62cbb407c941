// The SDK's progress socket on the machine's own Node, met by a client of bytes.
import { progressSocketContract } from './progress-socket.contract.ts';
import { bindingTarget } from './targets.ts';

progressSocketContract('binding on Node', (scope) => bindingTarget(scope, 'node'));
