package tickwatch.detector.model;

import java.util.List;
import java.util.Map;

/**
 * What {@code model.json} says, checked.
 *
 * @param name the model's name; the {@code detector} column of what is published
 * @param version free text, may be empty
 * @param window rows in a window
 * @param horizon how many rows after the window's last one the forecast is for
 * @param inputClip the network's inputs are clipped to ± this; infinite for no clipping
 * @param channels names, in the order of the network's last axis
 * @param units of the channels, for display, may be empty
 * @param defaults for every sym that has nothing of its own
 * @param syms the sensors that differ
 * @param batchSizes what the network is called with, ascending
 * @param sha256 of the network's file, lower-case hex
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
    String sha256) {
  public Model {
    channels = List.copyOf(channels);
    units = List.copyOf(units);
    syms = Map.copyOf(syms);
    batchSizes = List.copyOf(batchSizes);
  }

  /** What holds for a sym. */
  public SensorModel of(String sym) {
    return syms.getOrDefault(sym, defaults);
  }

  /** Rows that must have come before the first that is scored. */
  public int rowsBefore() {
    return window + horizon - 1;
  }
}
