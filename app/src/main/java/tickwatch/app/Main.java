package tickwatch.app;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import tickwatch.ipc.net.Endpoint;

/**
 * The {@code tickwatch} command. Data go to standard output, everything else to standard error.
 *
 * <p>Only the subcommand asked for is set up: its class path holds only what its role needs.
 */
@Command(
    name = "tickwatch",
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "A tick system that watches its own data.",
    optionListHeading = "%nOptions%n",
    commandListHeading = "%nCommands%n",
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch tickerplant --schema schemas/server.q --log-dir var/log",
      "  tickwatch rdb --tickerplant localhost:5010 --keep 24h",
      "  tickwatch feed --csv data/servers/omi-1.csv.gz --table server --interval 20ms --loop",
      "  tickwatch query localhost:5011 'select count i by sym from server'",
      "",
      "Every option may also be set as TICKWATCH_<COMMAND>_<OPTION> or TICKWATCH_<OPTION> in the environment,"
          + " or as <command>.<option> or <option> in a properties file: --config FILE, TICKWATCH_CONFIG, or"
          + " tickwatch.properties in the current folder. A flag wins over the environment, that over the file.",
      "",
      "Exit codes: 0 done, 1 failed, 2 a flag, file or port that cannot be used, 3 data refused (feed),"
          + " 130 and 143 stopped by Ctrl-C or a signal."
    })
public final class Main extends Subcommand {
  private static final List<String> COMMANDS =
      List.of(
          "tickerplant",
          "rdb",
          "detector",
          "dashboard",
          "feed",
          "schema",
          "query",
          "train",
          "model",
          "evaluate",
          "health",
          "log",
          "passwd",
          "generate",
          "scan",
          "bulk-bench",
          "version");

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Say which version this is.")
  boolean version;

  private Main() {}

  // Names rather than class literals in a table: a command's class is touched only if it is wanted,
  // since the jars that it needs may not be on the class path.
  private static Object command(String name) {
    return switch (name) {
      case "tickerplant" -> new TickerplantCommand();
      case "rdb" -> new RdbCommand();
      case "detector" -> new DetectorCommand();
      case "dashboard" -> new DashboardCommand();
      case "feed" -> new FeedCommand();
      case "schema" -> new SchemaCommand();
      case "query" -> new QueryCommand();
      case "train" -> new TrainCommand();
      case "model" -> new ModelCommand();
      case "evaluate" -> new EvaluateCommand();
      case "health" -> new HealthCommand();
      case "log" -> new LogCommand();
      case "passwd" -> new PasswdCommand();
      case "generate" -> new GenerateCommand();
      case "scan" -> new ScanCommand();
      case "bulk-bench" -> new BulkBenchCommand();
      case "version" -> new VersionCommand();
      default -> throw new IllegalArgumentException("command " + name);
    };
  }

  /** Runs the command and leaves with its exit code. */
  public static void main(String[] args) {
    System.exit(
        run(
            List.of(args),
            System.getenv(),
            Path.of(""),
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8)));
  }

  /** Runs the command; the exit code. */
  static int run(
      List<String> args,
      Map<String, String> environment,
      Path folder,
      PrintWriter out,
      PrintWriter err) {
    try {
      return commandLine(args, environment, folder, out, err).execute(args.toArray(String[]::new));
    } catch (OperatorException e) {
      err.println("tickwatch: " + e.getMessage());
      return e.exitCode();
    }
  }

  static CommandLine commandLine(
      List<String> args,
      Map<String, String> environment,
      Path folder,
      PrintWriter out,
      PrintWriter err) {
    CommandLine line = new CommandLine(new Main());
    String wanted = args.isEmpty() ? "" : args.get(0);
    List<String> shown = COMMANDS.contains(wanted) ? List.of(wanted) : COMMANDS;
    shown.forEach(name -> line.addSubcommand(name, command(name)));
    line.setOut(out);
    line.setErr(err);
    line.registerConverter(Duration.class, new Texts.DurationText());
    line.registerConverter(Endpoint.class, new Texts.EndpointText(environment));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    // q text may begin with a dash: -5#select from anomaly
    line.setUnmatchedOptionsArePositionalParams(wanted.equals("query"));
    line.setDefaultValueProvider(Defaults.load(environment, args, folder));
    line.setUsageHelpWidth(100);
    line.setUsageHelpAutoWidth(true);
    line.setParameterExceptionHandler((e, unused) -> say(e, err));
    line.setExecutionExceptionHandler(
        (e, at, result) -> Failures.say(e, at.getCommandSpec().qualifiedName(), err));
    if (wanted.isEmpty()) {
      line.setExecutionStrategy(
          result -> {
            line.usage(err);
            return ExitCode.USAGE;
          });
    }
    return line;
  }

  private static int say(ParameterException e, PrintWriter err) {
    CommandLine at = e.getCommandLine();
    err.println(at.getCommandSpec().qualifiedName() + ": " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try: " + at.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  /** The version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"tickwatch " + text()};
    }

    static String text() {
      String version = Main.class.getPackage().getImplementationVersion();
      return version == null ? "(not packaged)" : version;
    }
  }
}
