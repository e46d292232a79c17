package tickwatch.rdb;

import java.time.LocalDate;

/**
 * What queries may ask of the process they run in.
 *
 * <p><b>Threads.</b> Any.
 */
interface RdbState {
  Database database();

  /** Messages stored since the start: {@code .u.i}. */
  long messages();

  /** The port it listens on. */
  int port();

  String hostName();

  /** The day it started, UTC. */
  LocalDate startedOn();
}
