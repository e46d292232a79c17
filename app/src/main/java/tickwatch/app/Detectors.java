package tickwatch.app;

import java.util.List;
import tickwatch.detector.Pipeline;

/** Which detectors the flags ask for. */
final class Detectors {
  private Detectors() {}

  /**
   * The pipeline of some names; of none the default one.
   *
   * @param forecaster whether there is one to take part
   * @throws IllegalArgumentException for a name that is not known
   */
  static Pipeline pipeline(List<String> names, boolean forecaster, double falseAlarms) {
    if (!names.isEmpty()) {
      return Pipeline.of(names, falseAlarms);
    }
    Pipeline standard = Pipeline.standard(falseAlarms);
    return forecaster ? standard.withNetwork() : standard;
  }
}
