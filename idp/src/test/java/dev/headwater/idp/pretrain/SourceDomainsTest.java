package dev.headwater.idp.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.data.DataException;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.train.EpochProgress;
import dev.headwater.idp.train.TrainingDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SourceDomainsTest {
  @Test
  void domainsStandOneAfterTheOtherInOneTable() {
    List<TrainingDomain> found = of(10, data("a", 7, 4), data("b", 5, 6));
    assertThat(found).extracting(TrainingDomain::name).containsExactly("a", "b");
    assertThat(found).extracting(TrainingDomain::firstRow).containsExactly(0, 7);
    assertThat(found).extracting(TrainingDomain::itemCount).containsExactly(7, 5);
    assertThat(found.get(0).sequences()).hasSize(4);
  }

  @Test
  void theLastEventOfAUserIsAskedAndNotTrained() {
    TrainingDomain found = of(10, data("a", 7, 3)).get(0);
    assertThat(found.sequences().get(0)).containsExactly(0, 1);
    assertThat(found.validation()).hasSize(3).allMatch(q -> q.history().length == 2);
    boolean[] trained = SourceDomains.trained(found);
    assertThat(trained[0] && trained[1]).isTrue();
    assertThat(trained[6]).isFalse();
  }

  @Test
  void atMostSoManyUsersAreAskedDrawnBySeed() {
    DomainData data = data("a", 30, 25);
    List<Integer> one = targets(of(6, data));
    assertThat(one).hasSize(6);
    assertThat(targets(of(6, data))).isEqualTo(one);
    assertThat(targets(SourceDomains.of(List.of(data), 6, new SplittableRandom(99))))
        .isNotEqualTo(one);
  }

  @Test
  void refusesTwoSourcesOfANameAndOneThatTeachesNothing() {
    assertThatThrownBy(() -> of(10, data("a", 7, 3), data("a", 7, 3)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("two sources are called a");
    DomainData silent = new DomainData("s", items(3), List.of(new Event("u", "i0", 1)), false);
    assertThatThrownBy(() -> of(10, silent))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("s has no user with 3 events");
  }

  @Test
  void progressIsOfThePhaseAndNotOfTheEpoch() {
    List<ProgressListener.Progress> heard = new ArrayList<>();
    Consumer<EpochProgress> epochs = ProgressListener.ofEpochs("training", heard::add);
    epochs.accept(new EpochProgress(1, 4, 0.5, 2.5, Double.NaN, 100));
    epochs.accept(new EpochProgress(3, 4, 1, 1.5, 0.25, 120));
    assertThat(heard).extracting(ProgressListener.Progress::phase).containsOnly("training");
    assertThat(heard.get(0).fraction()).isCloseTo(0.125, within(1e-12));
    assertThat(heard.get(0).secondsLeft()).isNaN();
    assertThat(heard.get(1).fraction()).isCloseTo(0.75, within(1e-12));
    assertThat(heard.get(1).secondsLeft()).isNotNegative();
    assertThat(heard.get(1).epoch()).isEqualTo(3);
    assertThat(heard.get(1).loss()).isEqualTo(1.5);
    assertThat(heard.get(1).metric()).isEqualTo(0.25);
    assertThat(heard.get(1).sequencesPerSecond()).isEqualTo(120);
    ProgressListener.silent().onProgress(heard.get(0));
    assertThat(heard).hasSize(2);
  }

  private static List<TrainingDomain> of(int validationUsers, DomainData... sources) {
    return SourceDomains.of(List.of(sources), validationUsers, new SplittableRandom(1));
  }

  private static List<Integer> targets(List<TrainingDomain> domains) {
    return domains.get(0).validation().stream().map(q -> q.target()).toList();
  }

  /** User u takes items u, u + 1 and u + 2. */
  private static DomainData data(String name, int items, int users) {
    List<Event> events = new ArrayList<>();
    for (int user = 0; user < users; user++) {
      for (int i = 0; i < 3; i++) {
        events.add(new Event("u" + user, "i" + (user + i) % items, i));
      }
    }
    return new DomainData(name, items(items), events, false);
  }

  private static List<Item> items(int count) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(new Item("i" + i, "", "", List.of()));
    }
    return items;
  }
}
