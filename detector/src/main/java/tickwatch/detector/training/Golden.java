package tickwatch.detector.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import tickwatch.detector.ensemble.RowScorer;
import tickwatch.detector.ensemble.Verdict;
import tickwatch.detector.model.BadJson;
import tickwatch.detector.model.Forecaster;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.ModelException;
import tickwatch.detector.model.SensorModel;
import tickwatch.detector.preprocess.Scaler;
import tickwatch.detector.threshold.Threshold;

/**
 * A model's golden file: rows, and what its network and its scores were when it was made. {@code
 * docs/model-format.md} says what each member is.
 */
public final class Golden {
  private static final double TOLERANCE = 1e-4;
  private static final int ROWS_AFTER = 10;
  private static final int ROWS_BEFORE = 6;

  /** What a case has of each row that has a score, null of the others. */
  private static final List<String> JUDGED =
      List.of(
          "forecast",
          "residual",
          "rowScore",
          "speeds",
          "score",
          "flag",
          "grade",
          "expected",
          "lower",
          "upper",
          "contribution");

  private Golden() {}

  // ---- written

  /**
   * For each sensor a stretch of held-out rows around the one with the largest score, of the first
   * sensor also with values missing, and a few windows alone.
   */
  static byte[] write(Model model, Forecaster forecaster, List<TrainingSeries> all) {
    ObjectNode json = ModelJson.object().put("model", model.name());
    json.putObject("tolerance").put("forecast", TOLERANCE).put("score", TOLERANCE);
    ArrayNode cases = json.putArray("cases");
    ArrayNode windows = json.putArray("windows");
    int window = model.window();
    int horizon = model.horizon();
    for (TrainingSeries series : all) {
      NetworkRows whole = NetworkRows.of(model, forecaster, series);
      int worst = largest(whole.scores(), series.fittedRows());
      int length = window + horizon + ROWS_AFTER;
      int from =
          Math.max(0, Math.min(worst - window - horizon - ROWS_BEFORE, series.rows() - length));
      TrainingSeries stretch = series.rows(from, Math.min(series.rows(), from + length));
      cases.add(one(model, forecaster, stretch));
      if (cases.size() == 1) {
        cases.add(one(model, forecaster, withGaps(stretch, window, horizon)));
      }
      for (int t : new int[] {model.rowsBefore(), series.fittedRows(), series.rows() - 1}) {
        int row = wholeWindowAt(series, model, t);
        if (row >= 0) {
          ObjectNode alone = windows.addObject().put("sym", series.sym());
          int oldest = row - model.rowsBefore();
          alone.set("window", values(series.rows(oldest, oldest + window)));
          alone.set("forecast", row(whole.forecast(row)));
        }
      }
    }
    return ModelJson.text(json);
  }

  /** The last row up to {@code t} whose window lacks no value; negative if there is none. */
  private static int wholeWindowAt(TrainingSeries series, Model model, int t) {
    for (int row = t; row >= model.rowsBefore(); row--) {
      int oldest = row - model.rowsBefore();
      boolean isWhole = true;
      for (double[] column : series.values()) {
        for (int i = oldest; i < oldest + model.window(); i++) {
          isWhole &= !Double.isNaN(column[i]);
        }
      }
      if (isWhole) {
        return row;
      }
    }
    return -1;
  }

  private static int largest(double[] scores, int from) {
    int largest = from;
    for (int t = from; t < scores.length; t++) {
      if (!(scores[t] <= scores[largest])) {
        largest = Double.isNaN(scores[t]) ? largest : t;
      }
    }
    return largest;
  }

  /** In the input only, absent from the start, of one row, and a whole row. */
  private static TrainingSeries withGaps(TrainingSeries stretch, int window, int horizon) {
    double[][] values = new double[stretch.values().length][];
    for (int c = 0; c < values.length; c++) {
      values[c] = stretch.values()[c].clone();
    }
    int rows = stretch.rows();
    int channels = values.length;
    Arrays.fill(values[0], Math.min(3, rows), Math.min(7, rows), Double.NaN);
    Arrays.fill(values[channels - 1], 0, Math.min(window + 4, rows), Double.NaN);
    int late = Math.min(window + horizon + 1, rows);
    Arrays.fill(values[1 % channels], late, Math.min(late + 3, rows), Double.NaN);
    int none = window + horizon + 8;
    for (int c = 0; c < channels && none < rows; c++) {
      values[c][none] = Double.NaN;
    }
    return new TrainingSeries(
        stretch.sym(),
        stretch.channels(),
        stretch.times(),
        values,
        stretch.file(),
        stretch.sha256());
  }

  private static ObjectNode one(Model model, Forecaster forecaster, TrainingSeries stretch) {
    ObjectNode json = ModelJson.object().put("sym", stretch.sym());
    json.put("from", ModelJson.time(stretch.times()[0]));
    json.set("rows", values(stretch));
    NetworkRows rows = NetworkRows.of(model, forecaster, stretch);
    int channels = model.channels().size();
    ArrayNode z = json.putArray("z");
    for (int t = 0; t < stretch.rows(); t++) {
      z.add(row(Arrays.copyOfRange(rows.z(), t * channels, (t + 1) * channels)));
    }
    JUDGED.forEach(json::putArray);
    SensorModel own = rows.own();
    Threshold threshold = Threshold.of(own.scoring());
    RowScorer scorer = RowScorer.of(own.scoring(), channels);
    Verdict verdict = new Verdict(channels);
    for (int t = 0; t < stretch.rows(); t++) {
      boolean scored =
          t >= rows.first()
              && scorer.score(rows.z(), t * channels, rows.out(), t * channels, verdict);
      if (scored) {
        put(json, own, threshold, rows, t, verdict);
      } else {
        JUDGED.forEach(name -> json.withArray(name).addNull());
      }
    }
    return json;
  }

  private static void put(
      ObjectNode json,
      SensorModel own,
      Threshold threshold,
      NetworkRows rows,
      int t,
      Verdict verdict) {
    Scaler scaler = own.scaler();
    int channels = scaler.channels();
    double[] residual = new double[channels];
    double[] expected = new double[channels];
    double[] lower = new double[channels];
    double[] upper = new double[channels];
    double[] contribution = new double[channels];
    for (int c = 0; c < channels; c++) {
      residual[c] = verdict.residual(c);
      expected[c] = scaler.value(c, rows.out()[t * channels + c]);
      double half = own.scoring().halfBand(c) * scaler.scale(c);
      lower[c] = expected[c] - half;
      upper[c] = expected[c] + half;
      contribution[c] = verdict.contribution(c);
    }
    double[] speeds = new double[verdict.speeds()];
    for (int i = 0; i < speeds.length; i++) {
      speeds[i] = verdict.speed(i);
    }
    json.withArray("forecast").add(row(rows.forecast(t)));
    json.withArray("residual").add(row(residual));
    json.withArray("rowScore").add(ModelJson.rounded(verdict.rowScore()));
    json.withArray("speeds").add(row(speeds));
    json.withArray("score").add(ModelJson.rounded(verdict.score()));
    json.withArray("flag").add(threshold.isExceededBy(verdict.score()));
    json.withArray("grade").add(ModelJson.rounded(threshold.grade(verdict.score())));
    json.withArray("expected").add(row(expected));
    json.withArray("lower").add(row(lower));
    json.withArray("upper").add(row(upper));
    json.withArray("contribution").add(row(contribution));
  }

  /** Rows as they came, every digit of them. */
  private static ArrayNode values(TrainingSeries series) {
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    for (int t = 0; t < series.rows(); t++) {
      ArrayNode row = rows.addArray();
      for (double[] column : series.values()) {
        if (Double.isNaN(column[t])) {
          row.addNull();
        } else {
          row.add(column[t]);
        }
      }
    }
    return rows;
  }

  private static ArrayNode row(float[] values) {
    double[] all = new double[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i];
    }
    return row(all);
  }

  private static ArrayNode row(double[] values) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (double value : values) {
      if (Double.isFinite(value)) {
        list.add(ModelJson.rounded(value));
      } else {
        list.addNull();
      }
    }
    return list;
  }

  // ---- checked

  /**
   * Makes sure that a network gives here what it gave where it was made. Without a golden file
   * there is nothing to check.
   *
   * @throws ModelException if it does not; it names the case and the row
   */
  public static void check(ModelDirectory directory, Forecaster forecaster) {
    byte[] bytes = directory.files().get(ModelDirectory.GOLDEN);
    if (bytes == null) {
      return;
    }
    String file = directory.directory().resolve(ModelDirectory.GOLDEN).toString();
    try {
      JsonNode json = new ObjectMapper().readTree(bytes);
      double forecast = json.path("tolerance").path("forecast").asDouble(TOLERANCE);
      double score = json.path("tolerance").path("score").asDouble(TOLERANCE);
      int number = 0;
      if (!json.path("cases").isArray() || json.path("cases").isEmpty()) {
        throw new ModelException(
            file + ": no cases (expected: a list of at least one; or no such file)");
      }
      for (JsonNode one : json.path("cases")) {
        check(
            file + ": cases[" + number++ + "]",
            directory.model(),
            forecaster,
            one,
            forecast,
            score);
      }
    } catch (JsonProcessingException e) {
      throw new ModelException(file + ": not JSON: " + BadJson.of(e), e);
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
  }

  private static void check(
      String where,
      Model model,
      Forecaster forecaster,
      JsonNode one,
      double forecastTolerance,
      double scoreTolerance) {
    JsonNode given = one.path("rows");
    int channels = model.channels().size();
    if (given.isEmpty() || one.path("forecast").isEmpty()) {
      throw new ModelException(where + ": no rows or no forecast (expected: both)");
    }
    double[][] values = new double[channels][given.size()];
    for (int t = 0; t < given.size(); t++) {
      if (given.get(t).size() != channels) {
        throw new ModelException(
            where
                + ".rows["
                + t
                + "]: "
                + given.get(t).size()
                + " values (expected: "
                + channels
                + ", one a channel)");
      }
      for (int c = 0; c < channels; c++) {
        values[c][t] = given.get(t).get(c).asDouble(Double.NaN);
      }
    }
    NetworkRows rows =
        NetworkRows.of(
            model,
            forecaster,
            new TrainingSeries(
                one.path("sym").asText(),
                model.channels(),
                new long[given.size()],
                values,
                "",
                ""));
    double[] scores = rows.scores();
    for (int t = 0; t < scores.length; t++) {
      JsonNode forecast = one.path("forecast").path(t);
      for (int c = 0; c < channels && forecast.isArray(); c++) {
        same(
            where + ".forecast[" + t + "][" + c + "]",
            forecast.path(c).asDouble(Double.NaN),
            rows.out()[t * channels + c],
            forecastTolerance);
      }
      JsonNode score = one.path("score").path(t);
      if (score.isNumber()) {
        same(where + ".score[" + t + "]", score.asDouble(), scores[t], scoreTolerance);
      }
    }
  }

  /** Tolerances are relative to the larger of 1 and the value. */
  private static void same(String where, double wanted, double found, double tolerance) {
    boolean same = Math.abs(found - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
    if (!same && !(Double.isNaN(wanted) && Double.isNaN(found))) {
      throw new ModelException(
          where
              + ": the network gives "
              + found
              + " (expected: "
              + wanted
              + ", as when the model was made; do the files belong together?)");
    }
  }
}
