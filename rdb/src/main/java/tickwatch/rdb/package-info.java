/**
 * The real-time database: follows a tickerplant into {@link tickwatch.rdb.store growing tables} and
 * answers q over IPC.
 *
 * <p>Start reading at {@link tickwatch.rdb.Rdb#start}. Rows come in through {@link
 * tickwatch.rdb.Ingest} on one thread; questions come in through {@link tickwatch.rdb.Queries} and
 * are answered by {@link tickwatch.rdb.Session}s on a pool of others. The two meet in {@link
 * tickwatch.rdb.Database} and nowhere else.
 */
@NullMarked
package tickwatch.rdb;

import org.jspecify.annotations.NullMarked;
