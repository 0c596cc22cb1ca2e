package dev.headwater.ingest;

import dev.headwater.events.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the transactions of instances that are gone. Whoever reads what is committed waits for each
 * that is open until its time is over, and one that had to fill its stores has a quarter of an
 * hour. An instance that comes back over its state directory ends its own; this is for those that
 * come back without it, or never. Gone is whose process has no member in the group: it was silent
 * for a session, and whatever it still sends is refused. Where a member's client id does not name
 * its process nothing is ended. Every instance looks, on a thread of its own.
 */
final class AbandonedTransactions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AbandonedTransactions.class);
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final int ANSWER_SECONDS = 10;

  private final String group;
  private final KafkaSettings kafka;

  /** As Kafka Streams names them: application, process, thread. */
  private final Pattern name;

  private final Pattern memberName;

  private final Thread thread = new Thread(this::run, "abandoned-transactions");
  private Set<String> suspects = Set.of();
  private boolean told;
  private volatile boolean closed;

  AbandonedTransactions(String applicationId, KafkaSettings kafka) {
    this.group = applicationId;
    this.kafka = kafka;
    String process = "(" + Pattern.quote(applicationId) + "-[0-9a-f-]{36})-";
    name = Pattern.compile(process + "[0-9]+");
    memberName = Pattern.compile(process + "StreamThread-.*");
  }

  AbandonedTransactions start() {
    thread.setDaemon(true);
    thread.start();
    return this;
  }

  private void run() {
    try (Admin admin = Admin.create(kafka.admin())) {
      while (!closed) {
        TimeUnit.NANOSECONDS.sleep(EVERY.toNanos());
        look(admin);
      }
    } catch (InterruptedException e) {
      LOG.debug("interrupted to close");
    } catch (KafkaException e) {
      LOG.warn("nobody here ends the transactions of instances that are gone", e);
    }
  }

  private void look(Admin admin) throws InterruptedException {
    try {
      Set<String> gone = gone(admin);
      Set<String> twice = gone.stream().filter(suspects::contains).collect(Collectors.toSet());
      suspects = gone;
      if (!twice.isEmpty()) {
        admin.fenceProducers(twice).all().get(ANSWER_SECONDS, TimeUnit.SECONDS);
        LOG.warn("ended the transactions that instances left open which are gone: {}", twice);
      }
    } catch (ExecutionException | TimeoutException e) {
      suspects = Set.of();
      if (!told) {
        LOG.warn("cannot ask for transactions that are open: {}", e.toString());
        told = true;
      }
    }
  }

  private Set<String> gone(Admin admin)
      throws InterruptedException, ExecutionException, TimeoutException {
    Set<String> open =
        admin
            .listTransactions(
                new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING)))
            .all()
            .get(ANSWER_SECONDS, TimeUnit.SECONDS)
            .stream()
            .map(TransactionListing::transactionalId)
            .collect(Collectors.toSet());
    if (open.isEmpty()) {
      return open;
    }
    Set<String> members =
        admin
            .describeConsumerGroups(Set.of(group))
            .all()
            .get(ANSWER_SECONDS, TimeUnit.SECONDS)
            .values()
            .stream()
            .flatMap(described -> described.members().stream())
            .map(MemberDescription::clientId)
            .collect(Collectors.toSet());
    return gone(open, members);
  }

  /** Returns those of the transactional ids whose process has no member with such a client id. */
  Set<String> gone(Set<String> open, Set<String> members) {
    if (members.stream().anyMatch(member -> !memberName.matcher(member).matches())) {
      return Set.of(); // of a client.id of its own: nobody can tell of which process it is
    }
    Set<String> processes =
        members.stream().map(member -> process(memberName, member)).collect(Collectors.toSet());
    return open.stream()
        .filter(id -> name.matcher(id).matches() && !processes.contains(process(name, id)))
        .collect(Collectors.toSet());
  }

  private static String process(Pattern pattern, String of) {
    Matcher matcher = pattern.matcher(of);
    return matcher.matches() ? matcher.group(1) : of;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
