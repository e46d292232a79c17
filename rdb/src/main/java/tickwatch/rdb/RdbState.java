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

  /** Whether rows came a moment ago, so that more are to be expected. */
  boolean rowsAreComing();

  /** The port it listens on. */
  int port();

  String hostName();

  /** The day it started, UTC. */
  LocalDate startedOn();
}
