package dev.headwater.idp.pretrain;

import dev.headwater.idp.data.DataException;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Sequences;
import dev.headwater.idp.heldout.HeldOut;
import dev.headwater.idp.train.TrainingDomain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;

/** Puts source domains one after the other into one table. */
final class SourceDomains {
  private SourceDomains() {}

  static List<TrainingDomain> of(
      List<DomainData> sources, int validationUsers, SplittableRandom random) {
    List<TrainingDomain> domains = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int firstRow = 0;
    for (DomainData source : sources) {
      if (!names.add(source.name())) {
        throw new DataException("two sources are called " + source.name());
      }
      Sequences sequences = Sequences.of(source);
      if (sequences.sequences().isEmpty()) {
        throw new DataException(
            "%s has no user with %d events".formatted(source.name(), Sequences.MIN_EVENTS));
      }
      List<HeldOut> validation = new ArrayList<>(HeldOut.fromEnd(sequences, 1));
      Collections.shuffle(validation, new Random(random.nextLong()));
      domains.add(
          new TrainingDomain(
              source.name(),
              firstRow,
              sequences.itemCount(),
              sequences.withoutLast(1),
              List.copyOf(validation.subList(0, Math.min(validationUsers, validation.size())))));
      firstRow += sequences.itemCount();
    }
    return domains;
  }

  /** Which items of a domain stand in a training sequence. */
  static boolean[] trained(TrainingDomain domain) {
    boolean[] trained = new boolean[domain.itemCount()];
    for (int[] sequence : domain.sequences()) {
      for (int item : sequence) {
        trained[item] = true;
      }
    }
    return trained;
  }
}
