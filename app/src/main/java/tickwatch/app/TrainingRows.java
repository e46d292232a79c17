package tickwatch.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tickwatch.detector.evaluation.LabelledSeries;
import tickwatch.detector.training.TrainingSeries;
import tickwatch.ipc.value.Epoch;

/** The normal rows that a model learns from: files, and which of their rows. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TrainingRows {
  @Option(
      names = "--csv",
      paramLabel = "FILE",
      arity = "1..*",
      required = true,
      description = "CSV files, plain or gzip, one sensor each or with a column of sensors.")
  private List<String> files = List.of();

  @Option(
      names = "--train",
      paramLabel = "ROWS",
      description =
          "So many first rows of each sensor are normal, whatever a column says (default: those of"
              + " the train part; without one all rows).")
  private @Nullable Integer train;

  @Mixin private LabelledFlags labelled;

  /**
   * Reads them; what of the files is left out, or is labelled anomalous among them, is told.
   *
   * @throws OperatorException if there are none where they should be
   */
  List<TrainingSeries> read(PrintWriter err) throws IOException {
    List<TrainingSeries> all = new ArrayList<>();
    read(err, (file, series, normal) -> all.add(normal));
    return all;
  }

  /** Takes a sensor of a file: all its rows, and the normal ones among them, the first. */
  private interface Taker {
    void take(Path file, LabelledSeries series, TrainingSeries normal);
  }

  private void read(PrintWriter err, Taker taker) throws IOException {
    for (Path file : CsvFlags.files(files)) {
      // First, since it says best what is wrong with a file.
      List<LabelledFlags.Labelled> sensors = labelled.read(file, err);
      String sha256 = sha256(file);
      for (LabelledFlags.Labelled sensor : sensors) {
        LabelledSeries series = sensor.series();
        int rows = normalRows(file, sensor);
        int anomalous = series.labelledRows(rows);
        if (anomalous > 0) {
          err.println(
              file
                  + ": "
                  + anomalous
                  + " of the rows of "
                  + series.name()
                  + " that count as normal are labelled anomalous");
        }
        String name = String.valueOf(file.getFileName());
        taker.take(file, series, TrainingSeries.firstRows(series, rows, name, sha256));
      }
    }
  }

  /**
   * Prints all rows as they are read, normal ones or not, as one plain CSV for another program:
   *
   * <pre>
   *   file,sym,ts,split,label,CHANNEL,...
   *   "boiler.csv","boiler",2026-01-31T12:00:00Z,train,0,50.1,...
   * </pre>
   *
   * Numbers have all their digits; a missing one is empty.
   */
  void print(PrintWriter out, PrintWriter err) throws IOException {
    List<TrainingSeries> all = new ArrayList<>();
    List<Runnable> later = new ArrayList<>();
    read(
        err,
        (file, series, normal) -> {
          all.add(normal);
          later.add(() -> print(out, quoted(file.toString()), series, normal.rows()));
        });
    TrainingSeries.requireAlike(all);
    out.print("file,sym,ts,split,label");
    for (String channel : all.get(0).channels()) {
      out.print("," + quoted(channel));
    }
    out.println();
    later.forEach(Runnable::run);
    out.flush();
  }

  private static void print(PrintWriter out, String file, LabelledSeries series, int normalRows) {
    StringBuilder line = new StringBuilder();
    String head = file + "," + quoted(series.name()) + ",";
    for (int t = 0; t < series.rowCount(); t++) {
      line.setLength(0);
      line.append(head)
          .append(Epoch.instantOf(series.times()[t]))
          .append(t < normalRows ? ",train," : ",test,")
          .append(series.labels()[t] ? '1' : '0');
      for (double[] values : series.values()) {
        line.append(',');
        if (Double.isFinite(values[t])) {
          line.append(values[t]);
        }
      }
      out.println(line);
    }
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  private int normalRows(Path file, LabelledFlags.Labelled sensor) {
    LabelledSeries series = sensor.series();
    if (train != null) {
      if (train > series.rowCount()) {
        throw new OperatorException(
            ExitCode.USAGE,
            file + ": --train " + train + " of " + series.rowCount() + " rows of " + series.name());
      }
      return train;
    }
    if (!sensor.isSplit()) {
      return series.rowCount();
    }
    if (series.trainRows() == 0) {
      throw new OperatorException(
          ExitCode.USAGE,
          file
              + ": no row of "
              + series.name()
              + " says train in its column "
              + labelled.splitColumn()
              + " (expected: train for the first, normal rows; --train ROWS counts them instead)");
    }
    return series.trainRows();
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(((DigestInputStream) in).getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
