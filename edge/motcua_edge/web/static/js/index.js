import { runClock } from "./core.js";

runClock();
