package dev.headwater.launcher.cli;

import dev.headwater.configuration.Home;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code version}: which Headwater this is, and on what it runs. */
@Command(
    name = "version",
    description = "Print the version, the Java that it runs on, and where it keeps its state.",
    mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** The build's own version. */
  static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"headwater " + version()};
    }
  }

  static String version() {
    Properties properties = new Properties();
    try (InputStream in = VersionCommand.class.getResourceAsStream("version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "of an unknown version");
  }

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    out.println("headwater " + version());
    out.println(
        "java "
            + Runtime.version()
            + ", "
            + System.getProperty("java.vm.vendor", "unknown vendor"));
    out.println("home " + Home.directory());
    return 0;
  }
}
