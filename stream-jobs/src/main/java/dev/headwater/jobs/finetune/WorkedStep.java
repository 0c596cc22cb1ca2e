package dev.headwater.jobs.finetune;

import dev.headwater.idp.online.EncodedStep;
import dev.headwater.idp.online.StepGradients.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * What a worker hands to the owners of rows: events in their order, and steps that it encoded of
 * some of them. {@link WorkedStepCodec} writes it down.
 *
 * @param bundleId of the rows and of the encoder
 * @param events all that came meanwhile, routed or not
 * @param parts the steps
 */
record WorkedStep(String bundleId, List<TrainingExample> events, List<Part> parts) {

  /**
   * One step.
   *
   * @param places of its events, in order
   * @param encoded their users, and what is said of rows by slots of a table
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  record Part(int[] places, EncodedStep encoded) {
    /** Checks that each user has its event. */
    Part {
      if (places.length != encoded.examples()) {
        throw new IllegalArgumentException(
            encoded.examples() + " users for " + places.length + " events");
      }
    }

    /**
     * Returns the step of some of its events.
     *
     * @param placeOf gives an event's place, below 0 for one that is left out
     * @param histories what is said of rows then
     */
    Part of(IntUnaryOperator placeOf, Section histories) {
      int dim = encoded.dim();
      int[] kept = new int[places.length];
      float[] users = new float[encoded.users().length];
      int count = 0;
      for (int i = 0; i < places.length; i++) {
        int place = placeOf.applyAsInt(places[i]);
        if (place >= 0) {
          System.arraycopy(encoded.users(), i * dim, users, count * dim, dim);
          kept[count++] = place;
        }
      }
      return new Part(
          Arrays.copyOf(kept, count),
          new EncodedStep(dim, Arrays.copyOf(users, count * dim), histories));
    }
  }

  /**
   * Cuts it by owner; each gets its copies of the events, the users of those of which it owns a
   * row, and what is said of its rows.
   *
   * @param domain of all events
   * @param ownerOf gives the owner of a slot, from 0
   */
  List<WorkedStep> cut(String domain, OwnerRoutes routes, IntUnaryOperator ownerOf) {
    List<WorkedStep> all = new ArrayList<>(routes.shards());
    List<List<TrainingExample>> own = new ArrayList<>();
    List<int[]> placesOf = new ArrayList<>();
    for (int owner = 0; owner < routes.shards(); owner++) {
      own.add(new ArrayList<>());
      placesOf.add(new int[events.size()]);
    }
    for (int i = 0; i < events.size(); i++) {
      int from = i;
      routes.copies(
          domain,
          events.get(i),
          copy -> {
            int owner = routes.shardOf(copy);
            placesOf.get(owner)[from] = copy.isForClock() ? -1 : own.get(owner).size();
            own.get(owner).add(copy);
          });
    }
    for (int owner = 0; owner < routes.shards(); owner++) {
      all.add(new WorkedStep(bundleId, own.get(owner), parts(owner, placesOf.get(owner), ownerOf)));
    }
    return all;
  }

  private List<Part> parts(int owner, int[] placesThere, IntUnaryOperator ownerOf) {
    List<Part> own = new ArrayList<>();
    for (Part part : parts) {
      int dim = part.encoded().dim();
      Section said = part.encoded().histories().only(dim, owner, ownerOf);
      Part there = part.of(place -> placesThere[place], said);
      if (there.places().length > 0) {
        own.add(there);
      }
    }
    return own;
  }
}
