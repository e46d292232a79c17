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
    for (Path file : CsvFlags.files(files)) {
      String sha256 = sha256(file);
      for (LabelledFlags.Labelled sensor : labelled.read(file, err)) {
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
        all.add(TrainingSeries.firstRows(series, rows, name, sha256));
      }
    }
    return all;
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
