package dev.millrace.control.yaml;

import dev.millrace.control.yaml.YamlNode.Entry;
import dev.millrace.control.yaml.YamlNode.Items;
import dev.millrace.control.yaml.YamlNode.Mapping;
import dev.millrace.control.yaml.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;

/** Builds nodes from the parser's events and refuses what is not plain data. One use. */
final class EventTree {

  private static final int DEEPEST = 24;
  private static final int MOST_NODES = 20_000;
  private static final int LONGEST_KEY = 128;

  private final Iterator<Event> events;
  private final Place whole;
  private int nodes;

  EventTree(Iterator<Event> events, Place whole) {
    this.events = events;
    this.whole = whole;
  }

  Mapping document() {
    Mapping root = new Mapping(whole, Map.of());
    boolean seen = false;
    while (events.hasNext()) {
      Event event = events.next();
      switch (event.getEventId()) {
        case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
        case DocumentStart -> {
          if (seen) {
            throw refuse(placeOf(event), "", "a second document", "one document");
          }
          seen = true;
        }
        default -> root = root(node(event, 0));
      }
    }
    return root;
  }

  private Mapping root(YamlNode node) {
    return switch (node) {
      case Mapping mapping -> mapping;
      case Scalar scalar when scalar.absent() -> new Mapping(whole, Map.of());
      default -> throw refuse(node.place(), "", node.described(), "a map of keys");
    };
  }

  private YamlNode node(Event event, int depth) {
    Place place = placeOf(event);
    if (++nodes > MOST_NODES) {
      throw refuse(place, "", "more than " + MOST_NODES + " values", "<= " + MOST_NODES);
    }
    if (depth > DEEPEST) {
      throw refuse(place, "", "nested " + depth + " deep", "<= " + DEEPEST);
    }
    refuseReferences(event, place);
    return switch (event) {
      case ScalarEvent scalar -> new Scalar(place, scalar.getValue(), scalar.isPlain());
      case SequenceStartEvent start -> items(place, depth);
      case MappingStartEvent start -> mapping(place, depth);
      default -> throw refuse(place, "", event.getEventId().toString(), "a value");
    };
  }

  private static void refuseReferences(Event event, Place place) {
    if (event instanceof AliasEvent) {
      throw refuse(place, "", "an alias (*)", "the value itself");
    }
    if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
      throw refuse(place, "", "an anchor (&)", "no anchors");
    }
    boolean tagged =
        switch (event) {
          case ScalarEvent scalar -> scalar.getTag().isPresent();
          case CollectionStartEvent start -> start.getTag().isPresent();
          default -> false;
        };
    if (tagged) {
      throw refuse(place, "", "a tag (!)", "no tags");
    }
  }

  private Items items(Place place, int depth) {
    List<YamlNode> list = new ArrayList<>();
    for (Event next = events.next();
        next.getEventId() != Event.ID.SequenceEnd;
        next = events.next()) {
      list.add(node(next, depth + 1));
    }
    return new Items(place, List.copyOf(list));
  }

  private Mapping mapping(Place place, int depth) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Event next = events.next();
        next.getEventId() != Event.ID.MappingEnd;
        next = events.next()) {
      Scalar key = key(node(next, depth + 1));
      Entry entry = new Entry(key.place(), node(events.next(), depth + 1));
      Entry first = entries.putIfAbsent(key.text(), entry);
      if (first != null) {
        throw refuse(
            key.place(),
            key.text(),
            "the key stands twice",
            "once; first on line " + first.keyPlace().line());
      }
    }
    return new Mapping(place, entries);
  }

  private static Scalar key(YamlNode node) {
    if (node instanceof Scalar scalar && !scalar.absent()) {
      if (scalar.text().length() > LONGEST_KEY) {
        throw refuse(
            node.place(), "", "a key of " + scalar.text().length() + " characters", "<= 128");
      }
      return scalar;
    }
    throw refuse(node.place(), "", node.described() + " as a key", "a text");
  }

  private Place placeOf(Event event) {
    return event
        .getStartMark()
        .map(mark -> new Place(whole.file(), mark.getLine() + 1, mark.getColumn() + 1))
        .orElse(whole);
  }

  private static InvalidDocument refuse(Place place, String path, String found, String expected) {
    return new InvalidDocument(Finding.of(place, path, found, expected));
  }
}
