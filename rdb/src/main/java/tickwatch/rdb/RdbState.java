package tickwatch.rdb;

import java.time.LocalDate;

/**
 * What queries may ask of the process they run in.
 *
 * <p><b>Threads.</b> Any.
 */
interface RdbState {
  Database database();

  /** Messages taken since the start, replayed ones included: {@code .u.i}. */
  long messages();

  /** Whether the tables are up to date: {@code .u.ready}. */
  boolean isReady();

  /** Whether rows came a moment ago, so that more are to be expected. */
  boolean rowsAreComing();

  /** The port it listens on. */
  int port();

  String hostName();

  /** The day it started, UTC. */
  LocalDate startedOn();
}
