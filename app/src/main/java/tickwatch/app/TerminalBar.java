package tickwatch.app;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress bars as all commands draw them. */
final class TerminalBar {
  private static final int WIDTH = 80;

  private TerminalBar() {}

  /** A bar on standard error that is still to be given its end and its unit. */
  static ProgressBarBuilder of(String task) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(250)
        // Given, since looking for the terminal's width would take Ctrl-C away from this process.
        .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH));
  }
}
