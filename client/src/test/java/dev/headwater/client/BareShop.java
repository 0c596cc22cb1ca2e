package dev.headwater.client;

import dev.headwater.client.answers.Recommendations;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.RejectedRecordException;
import java.net.URI;
import java.util.List;

/** A program with the client: {@link BareClassPathTest} runs it in a process of its own. */
final class BareShop {
  private BareShop() {}

  /**
   * Publishes and reads.
   *
   * @param args the node's address; names of classes that must not be there, separated by commas
   */
  public static void main(String[] args) throws RejectedRecordException {
    for (String name : args[1].split(",", -1)) {
      requireAbsent(name);
    }
    HeadwaterClient shop = HeadwaterClient.of(URI.create(args[0]), "shop");
    long event = shop.publish(Interaction.click("e1", "shop", "ann", "a", 5)).offset();
    System.out.println("event at " + event);
    CatalogItem kite = CatalogItem.of("shop", "b", "Kite", "Sky", List.of("Toys"));
    System.out.println("item at " + shop.publish(kite).offset());
    Recommendations answer = shop.forUser("ann", Wish.of(1).explain());
    System.out.println(answer.recommendationId() + " shows " + answer.items().get(0).item());
    System.out.println("b is " + shop.status("b").state());
    try {
      shop.publish(Interaction.click("e1", "shop", "", "a", 5));
    } catch (RejectedRecordException e) {
      System.out.println("refused: " + e.reason().code());
    }
  }

  private static void requireAbsent(String name) {
    try {
      Class.forName(name);
      throw new IllegalStateException(name + " is on the class path");
    } catch (ClassNotFoundException e) {
      // As it must be.
    }
  }
}
