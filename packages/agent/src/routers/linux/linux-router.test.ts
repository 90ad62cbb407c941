// The Linux implementation against a real router made of network namespaces.
import { test } from 'bun:test';
import { describeRouter } from '../router.contract.ts';
import { openLinuxBench } from './linux-bench.fixture.ts';
import { whyNoRouterNamespace } from './router-namespace.fixture.ts';

const reason = whyNoRouterNamespace();

if (reason === undefined) describeRouter('Linux, a real router in namespaces', openLinuxBench);
else test.skip(`a real Linux router: ${reason}`, () => undefined);
