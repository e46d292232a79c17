package tickwatch.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tickwatch.detector.ensemble.Ensemble;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.Scoring;
import tickwatch.detector.model.SensorModel;
import tickwatch.detector.training.Generation;
import tickwatch.detector.training.Generations;

@Command(
    name = "model",
    abbreviateSynopsis = true,
    description =
        "The generations of what a detector with --refit has learnt: of each sensor's ensemble, and"
            + " of a table's network (~network).",
    synopsisSubcommandLabel = "list|diff|rollback",
    subcommands = {
      ModelCommand.ListAll.class,
      ModelCommand.Diff.class,
      ModelCommand.Rollback.class
    },
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch model list var/state/models",
      "  tickwatch model diff var/state/models boiler.boiler.000004999 boiler.boiler.000009999",
      "  tickwatch model rollback var/state/models boiler.boiler.000009999"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ModelCommand extends Subcommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "say what to do: list, diff or rollback");
  }

  @Command(
      name = "list",
      abbreviateSynopsis = true,
      description = "Say which there are, and what became of each.")
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class ListAll extends Subcommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "The folder of generations.")
    private Path folder;

    @Override
    public Integer call() throws IOException {
      List<Generation> all = all(folder);
      Generations generations = new Generations(folder);
      Map<String, Generation> inForce = inForce(all, generations);
      out()
          .printf(
              Locale.ROOT,
              "%-40s %9s %11s %11s  %s%n",
              "generation",
              "from row",
              "error then",
              "error",
              "outcome");
      for (Generation one : all) {
        out()
            .printf(
                Locale.ROOT,
                "%-40s %9d %11s %11s  %s%n",
                one.name(),
                one.effective(),
                number(one.errorBefore()),
                number(one.error()),
                generations.isWithdrawn(one)
                    ? "withdrawn"
                    : one.equals(inForce.get(sensor(one))) ? "in force" : one.outcome().text());
      }
      out().flush();
      return ExitCode.OK;
    }
  }

  @Command(
      name = "diff",
      abbreviateSynopsis = true,
      description = "Say how two differ: weights, quantiles and error scales of their members.")
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class Diff extends Subcommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "DIR", description = "The folder of generations.")
    private Path folder;

    @Parameters(
        index = "1..*",
        arity = "0..2",
        paramLabel = "GENERATION",
        description = "Two of one sensor (default: the last two of the first sensor).")
    private List<String> names = List.of();

    @Override
    public Integer call() throws IOException {
      List<Generation> all = all(folder);
      List<Generation> two = new ArrayList<>();
      if (names.isEmpty()) {
        String sensor = sensor(all.get(0));
        List<Generation> itsOwn = all.stream().filter(one -> sensor(one).equals(sensor)).toList();
        two.addAll(itsOwn.subList(Math.max(0, itsOwn.size() - 2), itsOwn.size()));
      } else {
        for (String name : names) {
          two.add(named(all, name, folder));
        }
      }
      if (two.size() != 2) {
        throw new OperatorException(
            ExitCode.USAGE, folder + ": " + two.size() + " generations to compare (expected: two)");
      }
      Generations generations = new Generations(folder);
      if (two.get(0).isNetwork() != two.get(1).isNetwork()) {
        throw new OperatorException(
            ExitCode.USAGE, "a network and an ensemble (expected: two of one sort)");
      }
      out().printf("%s%n%s%n", two.get(0).name(), two.get(1).name());
      if (two.get(0).isNetwork()) {
        networks(model(generations, two.get(0)), model(generations, two.get(1)));
      } else {
        ensembles(generations, two);
      }
      out().flush();
      return ExitCode.OK;
    }

    /** How much larger the errors of channels are, of the model and of sensors with their own. */
    private void networks(Model one, Model other) {
      Map<String, SensorModel> sensors = new TreeMap<>(one.syms());
      sensors.put("default", one.defaults());
      sensors.forEach(
          (sym, before) -> {
            SensorModel after = sym.equals("default") ? other.defaults() : other.of(sym);
            if (before.scoring() instanceof Scoring.Normalised from
                && after.scoring() instanceof Scoring.Normalised to) {
              for (int c = 0; c < one.channels().size(); c++) {
                scale(
                    sym + " " + one.channels().get(c), from.residualScale(c), to.residualScale(c));
              }
            }
          });
    }

    private void scale(String what, double before, double after) {
      out()
          .printf(
              Locale.ROOT,
              "%-18s error scale %.4f -> %.4f (%+.0f %%)%n",
              what,
              before,
              after,
              100 * (after / before - 1));
    }

    private void ensembles(Generations generations, List<Generation> two) {
      Ensemble one = ensemble(generations, two.get(0));
      Ensemble other = ensemble(generations, two.get(1));
      if (!one.names().equals(other.names())) {
        throw new OperatorException(
            ExitCode.USAGE,
            one.names() + " and " + other.names() + " (expected: the same detectors)");
      }
      for (int m = 0; m < one.names().size(); m++) {
        out()
            .printf(
                Locale.ROOT,
                "%-10s weight %.3f -> %.3f",
                one.names().get(m),
                one.memberWeight(m),
                other.memberWeight(m));
        double[] before = one.memberQ99(m);
        double[] after = other.memberQ99(m);
        for (int i = 0; i < before.length; i++) {
          out().printf(Locale.ROOT, "%s %.3f -> %.3f", i == 0 ? "  q99" : ",", before[i], after[i]);
        }
        out().println();
      }
      for (int c = 0; c < one.scaler().channels(); c++) {
        double before = one.errorScale(c);
        double after = other.errorScale(c);
        if (!Double.isNaN(before) && !Double.isNaN(after)) {
          scale("channel " + c, before, after);
        }
      }
    }
  }

  @Command(
      name = "rollback",
      abbreviateSynopsis = true,
      description =
          "Withdraw a generation: from the detector's next start on it is not judged by, in a replay"
              + " of the log neither.")
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class Rollback extends Subcommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "DIR", description = "The folder of generations.")
    private Path folder;

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "GENERATION",
        description = "Which (default: the one in force, where there is one sensor).")
    private @Nullable String name;

    @Option(names = "--all", description = "That in force of every sensor.")
    private boolean every;

    private void withdraw(
        Generations generations, Generation one, Generation before, Map<String, Generation> inForce)
        throws IOException {
      generations.withdraw(one);
      Generation current = inForce.get(sensor(one));
      out()
          .println(
              one.name()
                  + " is withdrawn; start the detector again to judge by "
                  + before.name()
                  + (current == null || current.equals(one)
                      ? ""
                      : " in its place, until the next one that is taken"));
    }

    @Override
    public Integer call() throws IOException {
      List<Generation> all = all(folder);
      Generations generations = new Generations(folder);
      Map<String, Generation> inForce = inForce(all, generations);
      List<Generation> chosen = new ArrayList<>();
      if (name != null) {
        chosen.add(judging(generations, named(all, name, folder)));
      } else if (every || inForce.size() == 1) {
        chosen.addAll(inForce.values());
      } else {
        throw new OperatorException(
            ExitCode.USAGE,
            folder
                + " has "
                + inForce.size()
                + " generations in force, of sensors and networks (expected: the name of one, as"
                + " model list gives it, or --all)");
      }
      Map<Generation, Generation> befores = new LinkedHashMap<>();
      for (Generation one : chosen) {
        Generation before = generations.before(one);
        if (before != null) {
          befores.put(one, before);
        } else if (every) {
          out().println(one.name() + " is the first of its sensor and stays in force");
        }
      }
      if (befores.isEmpty()) {
        throw new OperatorException(
            ExitCode.USAGE,
            (chosen.size() == 1
                    ? chosen.get(0).name() + " is the first of its sensor"
                    : folder + ": every one in force is the first of its sensor")
                + " (expected: one that has another before it)");
      }
      for (Map.Entry<Generation, Generation> one : befores.entrySet()) {
        withdraw(generations, one.getKey(), one.getValue(), inForce);
      }
      out().flush();
      return ExitCode.OK;
    }
  }

  /**
   * One that is judged by, at some row.
   *
   * @throws OperatorException for one that never was, or no longer is
   */
  private static Generation judging(Generations generations, Generation one) {
    boolean isWithdrawn = generations.isWithdrawn(one);
    if (isWithdrawn || one.outcome() != Generation.Outcome.TAKEN) {
      throw new OperatorException(
          ExitCode.USAGE,
          one.name()
              + " is not judged by, it is "
              + (isWithdrawn ? "withdrawn already" : one.outcome().text())
              + " (expected: one that is in force or taken)");
    }
    return one;
  }

  private static Ensemble ensemble(Generations generations, Generation one) {
    Ensemble found = generations.ensemble(one);
    if (found == null) {
      throw new OperatorException(ExitCode.FAILURE, one.name() + " cannot be read");
    }
    return found;
  }

  private static Model model(Generations generations, Generation one) {
    ModelDirectory found = generations.directory(one);
    if (found == null) {
      throw new OperatorException(ExitCode.FAILURE, one.name() + " cannot be read");
    }
    return found.model();
  }

  private static Generation named(List<Generation> all, String name, Path folder) {
    return all.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new OperatorException(
                    ExitCode.USAGE,
                    folder + " has no generation " + name + " (see tickwatch model list)"));
  }

  private static List<Generation> all(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new OperatorException(
          ExitCode.USAGE,
          folder + ": no such folder (expected: models in the --state folder of a detector)");
    }
    List<Generation> all = new Generations(folder).list();
    if (all.isEmpty()) {
      throw new OperatorException(
          ExitCode.USAGE,
          folder + " holds no generation (expected: those of a detector with --refit)");
    }
    return all;
  }

  private static Map<String, Generation> inForce(List<Generation> all, Generations generations) {
    Map<String, Generation> last = new TreeMap<>();
    for (Generation one : all) {
      if (one.outcome() == Generation.Outcome.TAKEN && !generations.isWithdrawn(one)) {
        last.put(sensor(one), one);
      }
    }
    return last;
  }

  private static String sensor(Generation one) {
    return one.table() + "." + one.sym();
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }
}
