package tickwatch.app;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where an option's value comes from when its flag is not given: the environment, then a properties
 * file, then the default beside the option.
 *
 * <pre>
 *   tickwatch rdb --query-timeout   TICKWATCH_RDB_QUERY_TIMEOUT   rdb.query-timeout
 *                                   TICKWATCH_QUERY_TIMEOUT       query-timeout
 * </pre>
 *
 * <p>The name with the subcommand wins. The file is the one that {@code --config} or {@code
 * TICKWATCH_CONFIG} names, else {@code tickwatch.properties} in the current folder if there is one.
 * An option that takes several values takes them with commas between.
 */
final class Defaults implements IDefaultValueProvider {
  static final String CONFIG_VARIABLE = "TICKWATCH_CONFIG";
  private static final String PREFIX = "TICKWATCH_";

  private final Map<String, String> environment;
  private final Properties file;

  Defaults(Map<String, String> environment, Properties file) {
    this.environment = environment;
    this.file = file;
  }

  /**
   * Reads the properties file.
   *
   * @throws OperatorException when one is named and cannot be read
   */
  static Defaults load(Map<String, String> environment, List<String> arguments, Path folder) {
    String named = configFlag(arguments);
    if (named == null) {
      named = environment.get(CONFIG_VARIABLE);
    }
    Properties properties = new Properties();
    Path path = folder.resolve(named == null ? "tickwatch.properties" : named);
    try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      if (named != null) {
        throw new OperatorException(ExitCode.USAGE, "there is no configuration file " + path, e);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new OperatorException(
          ExitCode.USAGE, "configuration file " + path + " cannot be read: " + e.getMessage(), e);
    }
    return new Defaults(environment, properties);
  }

  /** Read before all other flags, since those may depend on it. */
  private static @Nullable String configFlag(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).startsWith("--config=")) {
        return arguments.get(i).substring("--config=".length());
      }
      if (arguments.get(i).equals("--config") && i + 1 < arguments.size()) {
        return arguments.get(i + 1);
      }
    }
    return null;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)
        || option.usageHelp()
        || option.versionHelp()
        || !option.longestName().startsWith("--")) {
      return null;
    }
    String name = option.longestName().substring(2);
    String command = option.command().name();
    String value = environment.get(variable(command + "-" + name));
    if (value == null) {
      value = environment.get(variable(name));
    }
    if (value == null) {
      value = file.getProperty(command + "." + name);
    }
    if (value == null) {
      value = file.getProperty(name);
    }
    return value == null || option.arity().max() > 0 ? value : truth(value);
  }

  private static String variable(String name) {
    return PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** A flag without a value is on or off. */
  private static String truth(String value) {
    return switch (value.trim().toLowerCase(Locale.ROOT)) {
      case "1", "yes", "on" -> "true";
      case "0", "no", "off", "" -> "false";
      default -> value.trim();
    };
  }
}
