import { simulate } from './simulation.suite.ts';

simulate(1, 2);
