package tickwatch.detector;

import java.util.List;
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
