package tickwatch.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import tickwatch.detector.Evaluation;
import tickwatch.detector.evaluation.LabelledSeries;

/**
 * What came of each row of a series, as {@code evaluate --scores} writes it:
 *
 * <pre>
 *   ts,score,threshold,flag,channel1,channel2,channel3,MEMBER,...
 *   2026-01-31T12:00:00.000000000Z,1.25,1.1,1,level,flow,,0.9,...
 * </pre>
 *
 * A score, a threshold or a channel that a row has not is empty.
 */
final class ScoresCsv {
  private ScoresCsv() {}

  static void write(Evaluation.Outcome outcome, Path file) throws IOException {
    LabelledSeries series = outcome.series();
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
      out.print("ts,score,threshold,flag,channel1,channel2,channel3");
      FileNames members = new FileNames();
      for (String member : outcome.memberNames()) {
        out.print("," + members.of(member));
      }
      out.println();
      for (int t = 0; t < series.rowCount(); t++) {
        out.print(TimestampText.of(series.times()[t]));
        out.print(',');
        out.print(number(outcome.scores()[t]));
        out.print(',');
        out.print(number(outcome.thresholds()[t]));
        out.print(outcome.flags()[t] ? ",1" : ",0");
        for (int rank = 0; rank < 3; rank++) {
          int channel = outcome.top()[t * 3 + rank];
          out.print(',');
          out.print(channel < 0 ? "" : Answers.field(series.channels().get(channel)));
        }
        for (double[] member : outcome.memberScores()) {
          out.print("," + number(member[t]));
        }
        out.println();
      }
      if (out.checkError()) {
        throw new IOException(file + " cannot be written");
      }
    }
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.9g", value);
  }
}
