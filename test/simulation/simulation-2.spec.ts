import { simulate } from './simulation.suite.ts';

simulate(2, 2);
