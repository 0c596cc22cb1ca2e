package dev.headwater.deploy;

import dev.headwater.access.AccessSetupException;
import dev.headwater.deploy.cli.Verbs;
import dev.headwater.events.kafka.KafkaUnavailableException;
import dev.headwater.idp.data.DataException;
import dev.headwater.idp.train.TrainingException;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Entry point of {@code deploy/headwater VERB}. */
public final class Main {
  private Main() {}

  /** Runs a verb and exits: 0 done, 1 could not do its work, 2 wrong use. */
  public static void main(String[] args) {
    if (System.getProperty("headwater.log") == null) {
      System.setProperty("headwater.log", home().resolve("var/headwater.log").toString());
    }
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Verbs())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Main::report);
  }

  /** Returns the checkout's root. */
  public static Path home() {
    return Path.of(System.getProperty("headwater.home", ".")).toAbsolutePath().normalize();
  }

  private static int report(Exception e, CommandLine command, CommandLine.ParseResult result)
      throws Exception {
    if (e instanceof ParameterException) {
      throw e;
    }
    boolean expected =
        e instanceof VerbException
            || e instanceof KafkaUnavailableException
            || e instanceof AccessSetupException
            || e instanceof DataException
            || e instanceof TrainingException;
    LoggerFactory.getLogger(Main.class).warn("verb failed", e);
    command.getErr().println("headwater: " + (expected ? e.getMessage() : e.toString()));
    if (!expected) {
      command.getErr().println("headwater: the stack trace stands in the log");
    }
    return 1;
  }
}
