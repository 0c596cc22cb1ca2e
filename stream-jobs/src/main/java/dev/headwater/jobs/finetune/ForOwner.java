package dev.headwater.jobs.finetune;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;

/**
 * What is sent to an owner of rows: an event that it is to learn itself, or some events with what a
 * worker worked out of them. One of the two is null.
 *
 * @param route a key that the owner owns
 * @param event an event or a heartbeat
 * @param step a {@link WorkedStep} as {@link WorkedStepCodec} writes it
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier between two operators, never compared.
public record ForOwner(String route, @Nullable TrainingExample event, byte @Nullable [] step) {
  /** How Flink serialises it. */
  public static final TypeInformation<ForOwner> TYPE = Types.POJO(ForOwner.class);

  static ForOwner of(TrainingExample event) {
    return new ForOwner(event.route(), event, null);
  }
}
