package tickwatch.app;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.Pipeline;

/** Which detectors the flags ask for. */
final class Detectors {
  private Detectors() {}

  /**
   * The pipeline of a file, or that of some names; of neither the default one.
   *
   * @param file what a pipeline file says of detectors; null for nothing
   * @param names that {@code --detector} gives
   * @param forecaster whether there is one to take part
   * @param falseAlarms a day, as {@code --false-alarms} gives them; null for one
   * @throws IllegalArgumentException for a name that is not known
   * @throws OperatorException where flags and file both say what only one can
   */
  static Pipeline pipeline(
      @Nullable Pipeline file,
      List<String> names,
      boolean forecaster,
      @Nullable Double falseAlarms) {
    if (file != null) {
      if (!names.isEmpty()) {
        throw new OperatorException(
            ExitCode.USAGE,
            "--detector "
                + String.join(",", names)
                + " beside a --pipeline that names detectors (expected: one of the two)");
      }
      if (falseAlarms != null) {
        throw new OperatorException(
            ExitCode.USAGE,
            "--false-alarms "
                + falseAlarms
                + " beside a --pipeline that names detectors (expected: \"threshold\":"
                + " {\"method\": \"pot\", \"perDay\": "
                + falseAlarms
                + "} in that file)");
      }
      return file;
    }
    double perDay = falseAlarms == null ? Pipeline.DEFAULT_PER_DAY : falseAlarms;
    if (!names.isEmpty()) {
      return Pipeline.of(names, perDay);
    }
    Pipeline standard = Pipeline.standard(perDay);
    return forecaster ? standard.withNetwork() : standard;
  }
}
