package tickwatch.detector;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.ensemble.EnsembleLearner;
import tickwatch.detector.model.Model;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.tick.TableSchema;

/**
 * That each sensor learns from its own first rows.
 *
 * @param rows how many; they count as normal
 * @param refit that it learns again later, from the last so many rows; null if it does not
 */
public record Learning(Pipeline pipeline, int rows, @Nullable Refit refit) {
  public static final int DEFAULT_ROWS = 1000;

  // What learning by the default pipeline allocates, measured; what lives at a time is less.
  private static final long BYTES_A_VALUE = 90;
  private static final long BYTES_A_ROW = 600;
  private static final long BYTES_A_PAIR_OF_CHANNELS = 1300;

  /** Once and for all. */
  public Learning(Pipeline pipeline, int rows) {
    this(pipeline, rows, null);
  }

  /** Refuses what could never be learnt, or never again. */
  public Learning {
    EnsembleLearner.check(pipeline.parts(), rows);
    if (refit != null && !pipeline.expects() && pipeline.networkWeight() == 0) {
      throw new IllegalArgumentException(
          "refit of "
              + pipeline.parts().stream().map(part -> part.kind().text()).toList()
              + ": what is new is compared with what is in force by what both expect (expected: one"
              + " that expects values among them, as var, var10, pca, ewma or stl)");
    }
  }

  /** The memory, in bytes, that learning of one sensor takes at the most. */
  static long bytesToLearn(long rows, long channels) {
    return rows * (BYTES_A_ROW + BYTES_A_VALUE * channels)
        + BYTES_A_PAIR_OF_CHANNELS * channels * channels;
  }

  /**
   * Refuses at the start what memory would be missing for in the middle of the stream: there it
   * would depend on what else needs memory at that moment whether learning succeeds, and a replay
   * could judge the same rows by something else.
   *
   * @param heapBytes that this process may have
   * @throws DetectorException if learning of one sensor takes more than half of it
   */
  void requireMemory(String tableText, int channelCount, long heapBytes) {
    long wanted = bytesToLearn(rows, channelCount);
    if (wanted > heapBytes / 2) {
      throw new DetectorException(
          String.format(
              Locale.ROOT,
              "table %s: to learn from %,d rows of %,d channels takes up to %,d MB of memory"
                  + " (expected: at most half of the heap of %,d MB); take fewer rows"
                  + " (--train), or give it more memory (TICKWATCH_JAVA_OPTS=-Xmx%dg)",
              tableText,
              rows,
              channelCount,
              wanted >> 20,
              heapBytes >> 20,
              1 + ((2 * wanted) >> 30)));
    }
  }

  /** What stands for a model where there is no network: the table's numbers are its channels. */
  Model modelOf(TableSchema table) {
    List<String> channels = channels(table);
    return Model.learning(
        pipeline.name(),
        channels,
        pipeline.text() + " of " + rows + " rows, channels " + String.join(",", channels));
  }

  /** The names of a table's columns of numbers. */
  static List<String> channels(TableSchema table) {
    return table.channels().stream().map(SymbolAtom::textOf).toList();
  }
}
