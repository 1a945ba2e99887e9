package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.disk.Disk;
import dev.millrace.kernel.disk.DiskLockedException;
import dev.millrace.kernel.metrics.Meters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real disk, the real thread, several senders. */
class JournalOnLocalDiskTest {

  private static final JournalSettings SETTINGS = manyEvents(JournalWorld.SMALL);

  @TempDir Path directory;
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
  private final JournalWorld maker = new JournalWorld(); // of tasks
  private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void stop() {
    background.close();
  }

  private static JournalSettings manyEvents(JournalSettings small) {
    return new JournalSettings(
        small.log(),
        small.inlineBytes(),
        small.maxBlobBytes(),
        small.inputsInFlight(),
        1 << 16,
        small.idempotencyKeep(),
        small.idempotencyKeys(),
        small.transcriptKeep(),
        32 << 10,
        small.logKeep(),
        small.logKeepBytes());
  }

  private Journal open() throws IOException {
    return Journal.open(
        Disk.local(),
        directory,
        SETTINGS,
        Clock.system(),
        background,
        Meters.none(),
        failures::add);
  }

  /** A client that comes again when it is refused: a slow disk fills what may wait for it. */
  private record Door(CountDownLatch answers, List<TaskId> acknowledged, Consumer<Door> again)
      implements TaskIntake.Listener {
    @Override
    public void acknowledged(Task task) {
      acknowledged.add(task.id());
      answers.countDown();
    }

    @Override
    public void duplicate(TaskId original) {
      answers.countDown();
    }

    @Override
    public void refused(dev.millrace.domain.error.Problem problem) {
      again.accept(this);
    }
  }

  private static void stream(Task task, StreamWriter stream) {
    for (int i = 0; i < 10; i++) {
      stream.append(new Token(i, "t" + i));
    }
    if (task.id().low() % 2 == 0) {
      stream.append(JournalWorld.SUCCEEDED);
    }
  }

  @Test
  void senders_on_many_threads_are_answered_and_all_of_it_is_there_after_a_restart()
      throws Exception {
    List<TaskId> acknowledged = Collections.synchronizedList(new ArrayList<>());
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      tasks.add(maker.keyed("key-" + i % 150, "{}"));
    }
    CountDownLatch answers = new CountDownLatch(tasks.size());
    try (Journal journal = open()) {
      journal.start();
      FakeStreams streams = new FakeStreams(journal);
      journal.recover(
          streams, streams, JournalOnLocalDiskTest::stream, JournalOnLocalDiskTest::stream);
      try (ExecutorService senders = Executors.newFixedThreadPool(4)) {
        for (Task task : tasks) {
          Consumer<Door> submit = door -> background.execute(() -> journal.submit(task, door));
          senders.execute(() -> journal.submit(task, new Door(answers, acknowledged, submit)));
        }
      }
      assertThat(answers.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(failures).isEmpty();
      assertThat(journal.isWritable()).isTrue();
      assertThatThrownBy(this::open).isInstanceOf(DiskLockedException.class);
    }
    assertThat(acknowledged).hasSize(150);
    assertThat(failures).isEmpty();

    List<TaskId> found = new ArrayList<>();
    try (Journal journal = open()) {
      journal.start();
      FakeStreams streams = new FakeStreams(journal);
      journal.recover(
          streams, streams, (task, stream) -> found.add(task.id()), (task, stream) -> {});
      streams.open.values().forEach(stream -> assertThat(stream.shown).hasSize(10));
      for (long position : streams.ended.values()) {
        assertThat(FakeStreams.events(journal.readTranscript(position))).hasSize(11);
      }
      found.addAll(streams.ended.keySet());
      assertThat(journal.epoch()).isEqualTo(2);
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(acknowledged);
    assertThat(failures).isEmpty();
  }
}
