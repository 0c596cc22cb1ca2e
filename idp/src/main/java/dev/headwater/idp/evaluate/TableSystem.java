package dev.headwater.idp.evaluate;

/**
 * A system of the paper's tables: learns a target and scores its items. Whoever makes a table or
 * checks what all systems promise knows nothing else of them.
 */
public interface TableSystem {
  /** The paper it is from, in one line; the class says where it departs from it. */
  String paper();

  /**
   * Learns a target.
   *
   * @param request what is asked for: settings, seed, and what there is to start from
   * @param data the target, split; its test users are not looked at
   * @return what scores, to be closed
   * @throws IllegalArgumentException if it lacks what it starts from
   */
  Learned learn(EvaluateRequest request, TargetData data);
}
