package tickwatch.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a signal does, by when it is handled. */
class SignalEffectTest {
  private static final long FIRST = -3;

  private static long later(long millis) {
    return FIRST + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void oneThatComesTwiceAtOnceIsOne() {
    Signals signals = new Signals();

    assertThat(signals.at(FIRST)).isEqualTo(Signals.Effect.END);
    assertThat(signals.at(later(0))).isEqualTo(Signals.Effect.NOTHING);
    assertThat(signals.at(later(499))).isEqualTo(Signals.Effect.NOTHING);
    // The thread of the second one may look at the clock first, and be handled last.
    assertThat(signals.at(later(-1))).isEqualTo(Signals.Effect.NOTHING);
  }

  @Test
  void aLaterOneQuitsHoweverManyCameBefore() {
    Signals signals = new Signals();
    signals.at(FIRST);
    signals.at(later(1));

    assertThat(signals.at(later(500))).isEqualTo(Signals.Effect.QUIT);
  }
}
