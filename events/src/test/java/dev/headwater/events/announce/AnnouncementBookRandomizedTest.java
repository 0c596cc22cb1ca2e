package dev.headwater.events.announce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.Announcement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random logs of three domains, read in random interleavings of the domains, with repeats. */
class AnnouncementBookRandomizedTest {
  private static final Announcement.Kind[] KINDS = {
    Announcement.Kind.ANNOUNCED,
    Announcement.Kind.ANNOUNCED,
    Announcement.Kind.REJECTED,
    Announcement.Kind.ROLLED_BACK,
    Announcement.Kind.PINNED,
    Announcement.Kind.UNPINNED,
    Announcement.Kind.RETRACTED
  };

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void repeatsAndOtherDomainsChangeNothing(long seed) {
    Random random = new Random(seed);
    for (int world = 0; world < 50; world++) {
      List<List<Announcement>> logs = new ArrayList<>();
      for (String domain : List.of("a", "b", "c")) {
        logs.add(log(domain, random));
      }
      AnnouncementBook plain = new AnnouncementBook();
      logs.forEach(log -> log.forEach(plain::apply));
      AnnouncementBook mixed = read(random, logs);
      assertThat(mixed.states()).as("seed %d, world %d", seed, world).isEqualTo(plain.states());
      assertThat(mixed.highestVersion()).isEqualTo(plain.highestVersion());
      for (List<Announcement> log : logs) {
        String domain = log.get(0).getDomain();
        assertThat(mixed.sequence(domain)).isEqualTo(log.size());
        assertThat(mixed.models(domain)).isEqualTo(plain.models(domain));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theSumSaysWhatAllAnnouncementsSay(long seed) {
    Random random = new Random(seed);
    for (int world = 0; world < 50; world++) {
      List<Announcement> log = log("a", random);
      AnnouncementBook plain = new AnnouncementBook();
      AnnouncementBook started = new AnnouncementBook();
      for (Announcement announcement : log) {
        AnnouncedDomain ahead = plain.sumAfter(announcement);
        plain.apply(announcement);
        assertThat(plain.sum("a")).isEqualTo(ahead);
        if (random.nextInt(3) == 0) {
          started = new AnnouncementBook();
          started.take(ahead);
        } else {
          started.apply(announcement);
        }
        String as = "seed %d, world %d, %d".formatted(seed, world, announcement.getSequence());
        assertThat(started.states()).as(as).isEqualTo(plain.states());
        assertThat(started.sum("a")).as(as).isEqualTo(ahead);
        assertThat(started.highestVersion()).isEqualTo(plain.highestVersion());
      }
    }
  }

  private static List<Announcement> log(String domain, Random random) {
    List<Announcement> log = new ArrayList<>();
    int length = 1 + random.nextInt(30);
    long version = 0;
    long generation = 0;
    for (int i = 0; i < length; i++) {
      String model = random.nextInt(4) == 0 ? "m2" : "m1";
      Announcement.Kind kind = KINDS[random.nextInt(KINDS.length)];
      boolean modelSwitch = i == 0 || random.nextInt(8) == 0;
      version += kind == Announcement.Kind.ANNOUNCED ? 1 + random.nextInt(2) : 0;
      generation += kind == Announcement.Kind.ROLLED_BACK ? 1 : 0;
      log.add(
          Announcement.newBuilder()
              .setDomain(domain)
              .setModel(model)
              .setModelVersion(model)
              .setKind(modelSwitch ? Announcement.Kind.ANNOUNCED : kind)
              .setTableVersion(modelSwitch ? 0 : version)
              .setAnnouncedVersion(1 + random.nextInt((int) version + 1))
              .setTableChecksum(random.nextLong())
              .setGeneration(generation)
              .putGenerationStartOffsets(0, random.nextInt(100))
              .setSequence(i + 1)
              .build());
    }
    return log;
  }

  /** Each log in order, now and then going back a little. */
  private static AnnouncementBook read(Random random, List<List<Announcement>> logs) {
    AnnouncementBook book = new AnnouncementBook();
    int[] next = new int[logs.size()];
    while (true) {
      int t = random.nextInt(next.length);
      if (next[t] < logs.get(t).size()) {
        book.apply(logs.get(t).get(next[t]));
        next[t] = random.nextInt(4) == 0 ? random.nextInt(next[t] + 1) : next[t] + 1;
      } else if (isDone(next, logs)) {
        return book;
      }
    }
  }

  private static boolean isDone(int[] next, List<List<Announcement>> logs) {
    for (int t = 0; t < next.length; t++) {
      if (next[t] < logs.get(t).size()) {
        return false;
      }
    }
    return true;
  }
}
