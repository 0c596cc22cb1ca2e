package dev.headwater.launcher;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.layout.PatternLayout;

/** Keeps every line that any logger writes, at INFO whatever the configuration says. */
final class LogCapture extends AbstractAppender implements AutoCloseable {
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final LoggerContext context = (LoggerContext) LogManager.getContext(false);

  LogCapture() {
    super(
        "capture",
        null,
        PatternLayout.newBuilder().withPattern("%c %m%n%throwable").build(),
        false,
        Property.EMPTY_ARRAY);
    start();
    for (LoggerConfig logger : context.getConfiguration().getLoggers().values()) {
      logger.setLevel(Level.INFO);
      logger.addAppender(this, Level.INFO, null);
    }
    context.updateLoggers();
  }

  @Override
  public void append(LogEvent event) {
    lines.add(String.valueOf(getLayout().toSerializable(event)));
  }

  String text() {
    return String.join("", lines);
  }

  @Override
  public void close() {
    context.reconfigure();
    stop();
  }
}
