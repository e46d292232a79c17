package tickwatch.detector.training;

import java.util.ArrayList;
import java.util.List;

/**
 * How the losses went.
 *
 * @param losses of each epoch
 * @param heldOut the same on held-out windows, that of the untrained network first
 * @param best the epoch that was kept; 0 is the untrained network
 * @param seconds that it took
 */
public record Epochs(
    List<Double> losses, List<Double> heldOut, int best, int parameters, double seconds) {
  public Epochs {
    losses = List.copyOf(losses);
    heldOut = List.copyOf(heldOut);
  }

  /** Told while a network is trained, on the training's thread. */
  public interface Watch {
    /** Tells nobody. */
    Watch NOBODY =
        new Watch() {
          @Override
          public void at(long done, long total) {}

          @Override
          public void epoch(int number, double loss, double heldOut, boolean isBest) {}
        };

    /** So many windows of so many have been learnt from, all epochs together. */
    void at(long done, long total);

    /** An epoch is over; 0 is the untrained network, whose loss is NaN. */
    void epoch(int number, double loss, double heldOut, boolean isBest);
  }

  /** Two lines over the epochs, as a picture. */
  String svg(String title) {
    List<Double> all = new ArrayList<>(losses);
    all.addAll(heldOut);
    double low = all.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    double high = all.stream().mapToDouble(Double::doubleValue).max().orElse(1);
    return new LossCurve(title, losses, heldOut, best, low, high > low ? high : low + 1).svg();
  }
}
