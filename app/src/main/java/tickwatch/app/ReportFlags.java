package tickwatch.app;

import java.time.Duration;
import java.util.function.IntSupplier;
import picocli.CommandLine.Option;
import tickwatch.ipc.net.Endpoint;
import tickwatch.tick.ProcessReport;

/** How a process says on the tickerplant that it is alive. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ReportFlags {
  @Option(
      names = "--heartbeat",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = Texts.DurationText.class,
      description =
          "Publish a row of heartbeat this often, and warnings and errors as rows of logmsg; 0s for"
              + " never (default: ${DEFAULT-VALUE}).")
  private Duration interval;

  Duration interval() {
    return interval;
  }

  /**
   * Starts to report, until this process ends.
   *
   * @param process its role
   * @param port where it listens; 0 if it does not
   */
  void start(Endpoint tickerplant, String process, IntSupplier port) {
    if (!interval.isZero()) {
      ProcessReport report = ProcessReport.start(tickerplant, process, port, interval);
      PublishedLog.start(report::log);
    }
  }
}
