package tickwatch.detector.model;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.preprocess.Scaler;

/**
 * What {@code model.json} says, checked.
 *
 * @param name the model's name; the {@code detector} column of what is published
 * @param version free text, may be empty
 * @param window rows in a window
 * @param horizon how many rows after the window's last one the forecast is for; 0 is that row
 *     itself, which the network gives back through a narrow code
 * @param inputClip the network's inputs are clipped to ± this; infinite for no clipping
 * @param channels names, in the order of the network's last axis
 * @param units of the channels, for display, may be empty
 * @param defaults for every sym that has nothing of its own
 * @param syms the sensors that differ
 * @param batchSizes what the network is called with, ascending
 * @param sha256 of the network's or the ensemble's file, or of both hashes one after the other,
 *     lower-case hex
 * @param learnt what ensembles have learnt of sensors; may be nothing where there is a network
 * @param template what the network was made of; null where it is from elsewhere, or there is none
 */
public record Model(
    String name,
    String version,
    int window,
    int horizon,
    double inputClip,
    List<String> channels,
    List<String> units,
    SensorModel defaults,
    Map<String, SensorModel> syms,
    List<Integer> batchSizes,
    String sha256,
    LearntNumbers learnt,
    @Nullable Template template) {
  public Model {
    channels = List.copyOf(channels);
    units = List.copyOf(units);
    syms = Map.copyOf(syms);
    batchSizes = List.copyOf(batchSizes);
  }

  /**
   * A model without a network: every sensor learns from its own first rows.
   *
   * @param identity stands for all that decides what is learnt
   */
  public static Model learning(String name, List<String> channels, String identity) {
    return learnt(name, "", channels, identity, LearntNumbers.none());
  }

  /**
   * A model without a network that knows some sensors already; others learn from their first rows.
   *
   * @param identity stands for all that decides what is learnt
   */
  static Model learnt(
      String name, String version, List<String> channels, String identity, LearntNumbers learnt) {
    double[] ones = new double[channels.size()];
    Arrays.fill(ones, 1);
    double[] unknown = new double[channels.size()];
    Arrays.fill(unknown, Double.NaN);
    SensorModel unlearnt =
        new SensorModel(
            new Scaler(new double[channels.size()], ones),
            new Scoring.Combined(Double.POSITIVE_INFINITY, 0, unknown));
    return new Model(
        name,
        version,
        1,
        1,
        Double.POSITIVE_INFINITY,
        channels,
        List.of(),
        unlearnt,
        Map.of(),
        List.of(),
        identity,
        learnt,
        null);
  }

  /** Whether there are ensembles that have learnt, by themselves or beside a network. */
  public boolean hasEnsemble() {
    return !learnt.isEmpty();
  }

  /** Whether there is a network. */
  public boolean hasNetwork() {
    return !batchSizes.isEmpty();
  }

  /** The same with ensembles beside its network, by which sensors are judged that they know. */
  Model withEnsemble(LearntNumbers beside, String both) {
    return with(defaults, syms, both, beside);
  }

  /** The same with what another one says of sensors' scales and scores. */
  public Model withSensorsOf(Model other) {
    return with(other.defaults, other.syms, sha256, learnt);
  }

  private Model with(
      SensorModel forAll, Map<String, SensorModel> own, String hash, LearntNumbers beside) {
    return new Model(
        name,
        version,
        window,
        horizon,
        inputClip,
        channels,
        units,
        forAll,
        own,
        batchSizes,
        hash,
        beside,
        template);
  }

  /**
   * The network alone.
   *
   * @throws ModelException if there is none
   */
  public Model networkAlone() {
    if (!hasNetwork()) {
      throw new ModelException(
          "model " + name + " has no network (expected: one that tickwatch train has trained)");
    }
    return withEnsemble(LearntNumbers.none(), sha256);
  }

  /** What holds for a sym. */
  public SensorModel of(String sym) {
    return syms.getOrDefault(sym, defaults);
  }

  /** Whether the network gives a window's last row back, instead of forecasting a later one. */
  public boolean isReconstructor() {
    return horizon == 0;
  }

  /** Rows that must have come before the first that is scored. */
  public int rowsBefore() {
    return window + horizon - 1;
  }
}
