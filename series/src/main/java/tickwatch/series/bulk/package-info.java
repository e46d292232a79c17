/**
 * Generation and detection over more numbers than memory holds, on all cores.
 *
 * <p>{@link tickwatch.series.bulk.BulkGenerate} writes {@code count} values, one column. {@link
 * tickwatch.series.bulk.BulkScan} reads a {@link tickwatch.series.bulk.Source} of {@code rows ×
 * columns}, a file or numbers made on the way, judges each column by itself, and writes a mask of
 * the same shape or a list of {@code (column, row, value, score)}. Neither result depends on how
 * many threads there are, and neither needs memory for more than a few chunks a thread.
 */
@NullMarked
package tickwatch.series.bulk;

import org.jspecify.annotations.NullMarked;
