package dev.millrace.ingress.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.ModelStatistics.Counts;
import dev.millrace.domain.port.ModelStatistics.Sum;
import dev.millrace.ingress.grpc.wire.DataType;
import dev.millrace.ingress.grpc.wire.HealthCheckRequest;
import dev.millrace.ingress.grpc.wire.HealthCheckResponse;
import dev.millrace.ingress.grpc.wire.HealthCheckResponse.ServingStatus;
import dev.millrace.ingress.grpc.wire.ModelConfig;
import dev.millrace.ingress.grpc.wire.ModelConfigRequest;
import dev.millrace.ingress.grpc.wire.ModelConfigResponse;
import dev.millrace.ingress.grpc.wire.ModelMetadataRequest;
import dev.millrace.ingress.grpc.wire.ModelMetadataResponse;
import dev.millrace.ingress.grpc.wire.ModelReadyRequest;
import dev.millrace.ingress.grpc.wire.ModelReadyResponse;
import dev.millrace.ingress.grpc.wire.ModelRepositoryParameter;
import dev.millrace.ingress.grpc.wire.ModelStatistics;
import dev.millrace.ingress.grpc.wire.ModelStatisticsRequest;
import dev.millrace.ingress.grpc.wire.ModelStatisticsResponse;
import dev.millrace.ingress.grpc.wire.RepositoryIndexRequest;
import dev.millrace.ingress.grpc.wire.RepositoryIndexResponse;
import dev.millrace.ingress.grpc.wire.RepositoryModelLoadRequest;
import dev.millrace.ingress.grpc.wire.RepositoryModelUnloadRequest;
import dev.millrace.ingress.grpc.wire.ServerLiveRequest;
import dev.millrace.ingress.grpc.wire.ServerLiveResponse;
import dev.millrace.ingress.grpc.wire.ServerMetadataRequest;
import dev.millrace.ingress.grpc.wire.ServerMetadataResponse;
import dev.millrace.ingress.grpc.wire.ServerReadyRequest;
import dev.millrace.ingress.grpc.wire.ServerReadyResponse;
import dev.millrace.ingress.grpc.wire.ServerReflectionRequest;
import dev.millrace.ingress.grpc.wire.ServerReflectionResponse;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.GrpcClient;
import dev.millrace.ingress.testing.Keys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods beside inference: metadata, repository, health, reflection. */
class GrpcDoorTest {

  private static final String HEALTH = "/grpc.health.v1.Health/";

  private final Doors doors = new Doors();
  private final GrpcClient client = new GrpcClient(doors.port());

  @AfterEach
  void close() {
    client.close();
    doors.close();
  }

  @Test
  void the_server_is_live_and_ready_when_it_is() {
    assertThat(
            client
                .unary(
                    "ServerLive",
                    ServerLiveRequest.getDefaultInstance(),
                    ServerLiveResponse.parser())
                .getLive())
        .isTrue();
    assertThat(ready()).isTrue();
    doors.notReady.add("loading");
    assertThat(ready()).isFalse();
  }

  private boolean ready() {
    return client
        .unary("ServerReady", ServerReadyRequest.getDefaultInstance(), ServerReadyResponse.parser())
        .getReady();
  }

  @Test
  void the_server_says_who_it_is_and_what_works() {
    ServerMetadataResponse server =
        client.unary(
            "ServerMetadata",
            ServerMetadataRequest.getDefaultInstance(),
            ServerMetadataResponse.parser());
    assertThat(server.getName()).isEqualTo("millrace");
    assertThat(server.getVersion()).isEqualTo("1.2.3");
    assertThat(server.getExtensionsList()).contains("statistics", "model_repository");
  }

  @Test
  void a_model_is_ready_when_it_answers() {
    ModelReadyRequest tale = ModelReadyRequest.newBuilder().setName("tale").build();
    assertThat(client.unary("ModelReady", tale, ModelReadyResponse.parser()).getReady()).isTrue();
    doors.loading.add("tale");
    assertThat(client.unary("ModelReady", tale, ModelReadyResponse.parser()).getReady()).isFalse();
    var nobody = tale.toBuilder().setName("nobody").build();
    assertThat(client.inference("ModelReady").send(nobody).end().code()).isEqualTo(5);
  }

  @Test
  void metadata_is_the_signature_after_the_steps() {
    ModelMetadataResponse model =
        client.unary(
            "ModelMetadata",
            ModelMetadataRequest.newBuilder().setName("photo").setVersion("1").build(),
            ModelMetadataResponse.parser());
    assertThat(model.getPlatform()).isEqualTo("onnxruntime_onnx");
    assertThat(model.getVersionsList()).containsExactly("1");
    assertThat(model.getInputs(0).getDatatype()).isEqualTo("BYTES");
    assertThat(model.getInputs(0).getShapeList()).containsExactly(-1L);
    assertThat(model.getOutputs(1).getName()).isEqualTo("scores");
    assertThat(model.getOutputs(1).getShapeList()).containsExactly(-1L, 5L);
  }

  @Test
  void the_configuration_is_that_of_the_deployment() {
    ModelConfig config =
        client
            .unary(
                "ModelConfig",
                ModelConfigRequest.newBuilder().setName("card-fraud").build(),
                ModelConfigResponse.parser())
            .getConfig();
    assertThat(config.getMaxBatchSize()).isEqualTo(16);
    assertThat(config.getInput(0).getDataType()).isEqualTo(DataType.TYPE_FP32);
    assertThat(config.getInput(0).getDimsList()).containsExactly(16L);
    assertThat(config.getInstanceGroup(0).getCount()).isEqualTo(8);
    assertThat(config.getModelTransactionPolicy().getDecoupled()).isFalse();
  }

  @Test
  void statistics_are_of_one_model_or_of_all() {
    Sum five = new Sum(5, 500);
    doors.counts.put("photo", new Counts(123, five, Sum.NONE, five, new Sum(5, 450), 3));
    ModelStatistics photo =
        client
            .unary(
                "ModelStatistics",
                ModelStatisticsRequest.newBuilder().setName("photo").build(),
                ModelStatisticsResponse.parser())
            .getModelStats(0);
    assertThat(photo.getInferenceCount()).isEqualTo(5);
    assertThat(photo.getExecutionCount()).isEqualTo(3);
    assertThat(photo.getInferenceStats().getComputeInfer().getNs()).isEqualTo(450);
    assertThat(
            client
                .unary(
                    "ModelStatistics",
                    ModelStatisticsRequest.getDefaultInstance(),
                    ModelStatisticsResponse.parser())
                .getModelStatsCount())
        .isEqualTo(10);
  }

  @Test
  void the_index_shows_every_deployment_or_only_those_that_are_ready() {
    RepositoryIndexRequest all = RepositoryIndexRequest.getDefaultInstance();
    var parser = RepositoryIndexResponse.parser();
    assertThat(client.unary("RepositoryIndex", all, parser).getModelsList())
        .extracting(RepositoryIndexResponse.ModelIndex::getState)
        .containsExactly("READY", "LOADING", "UNAVAILABLE");
    RepositoryIndexRequest ready = all.toBuilder().setReady(true).build();
    assertThat(client.unary("RepositoryIndex", ready, parser).getModelsList()).hasSize(1);
  }

  private GrpcClient.Call admin(String method) {
    return client.open(
        "/inference.GRPCInferenceService/" + method, "authorization", "Bearer " + Keys.ADMIN);
  }

  @Test
  void models_are_taken_out_of_service_and_put_back_by_admins() {
    var unload = RepositoryModelUnloadRequest.newBuilder().setModelName("photo").build();
    var load = RepositoryModelLoadRequest.newBuilder().setModelName("photo").build();
    assertThat(client.inference("RepositoryModelUnload").send(unload).end().code()).isEqualTo(7);
    assertThat(admin("RepositoryModelUnload").send(unload).end().code()).isZero();
    assertThat(admin("RepositoryModelLoad").send(load).end().code()).isZero();
    assertThat(doors.repository.asked()).containsExactly("unload photo", "load photo");

    doors.repository.refuse(Problem.of(ErrorCode.RUNTIME_FAILED, "damaged"));
    GrpcClient.Call refused = admin("RepositoryModelLoad").send(load).end();
    assertThat(refused.code()).isEqualTo(13);
    assertThat(refused.said()).isEqualTo("damaged");
    var config = ModelRepositoryParameter.newBuilder().setStringParam("{}").build();
    var overriding = load.toBuilder().putParameters("config", config).build();
    assertThat(admin("RepositoryModelLoad").send(overriding).end().code()).isEqualTo(12);
  }

  private GrpcClient.Call health(String method, String service) {
    return client
        .open(HEALTH + method)
        .send(HealthCheckRequest.newBuilder().setService(service).build())
        .end();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "inference.GRPCInferenceService", "grpc.health.v1.Health"})
  void health_needs_no_key(String service) {
    var parser = HealthCheckResponse.parser();
    assertThat(health("Check", service).next(parser).getStatus()).isEqualTo(ServingStatus.SERVING);
    doors.notReady.add("loading");
    assertThat(health("Check", service).next(parser).getStatus())
        .isEqualTo(ServingStatus.NOT_SERVING);
  }

  @Test
  void the_health_of_an_unknown_service_is_not_found() {
    assertThat(health("Check", "tale").code()).isEqualTo(5);
    assertThat(health("Watch", "tale").next(HealthCheckResponse.parser()).getStatus())
        .isEqualTo(ServingStatus.SERVICE_UNKNOWN);
  }

  @Test
  void a_watcher_is_told_of_changes() {
    GrpcClient.Call watch = health("Watch", "");
    var parser = HealthCheckResponse.parser();
    assertThat(watch.next(parser).getStatus()).isEqualTo(ServingStatus.SERVING);
    doors.notReady.add("draining");
    assertThat(watch.next(parser).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    doors.notReady.clear();
    assertThat(watch.next(parser).getStatus()).isEqualTo(ServingStatus.SERVING);
    watch.cancel();
  }

  private GrpcClient.Call reflection(String version) {
    return client.open(
        "/grpc.reflection." + version + ".ServerReflection/ServerReflectionInfo",
        "authorization",
        "Bearer " + Keys.ALICE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v1alpha"})
  void reflection_lists_services_and_gives_their_files(String version)
      throws InvalidProtocolBufferException {
    var parser = ServerReflectionResponse.parser();
    GrpcClient.Call call =
        reflection(version)
            .send(ServerReflectionRequest.newBuilder().setListServices("*").build())
            .send(
                ServerReflectionRequest.newBuilder()
                    .setFileContainingSymbol("inference.GRPCInferenceService")
                    .build())
            .send(
                ServerReflectionRequest.newBuilder()
                    .setFileContainingSymbol("inference.Nothing")
                    .build())
            .end();
    assertThat(call.next(parser).getListServicesResponse().getServiceList())
        .extracting(each -> each.getName())
        .containsExactly(
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "inference.GRPCInferenceService");
    FileDescriptorProto file =
        FileDescriptorProto.parseFrom(
            call.next(parser).getFileDescriptorResponse().getFileDescriptorProto(0));
    assertThat(file.getService(0).getMethodCount()).isEqualTo(12);
    assertThat(call.next(parser).getErrorResponse().getErrorCode()).isEqualTo(5);
    assertThat(call.code()).isZero();
  }

  @Test
  void a_method_that_is_not_there_is_unimplemented_before_a_key_is_asked_for() {
    assertThat(client.inference("TraceSetting").end().code()).isEqualTo(12);
    assertThat(client.open("/nothing.Here/AtAll").end().code()).isEqualTo(12);
  }

  @Test
  void content_of_another_kind_is_no_call_of_this_door() {
    GrpcClient.Call web =
        client.open(
            "/inference.GRPCInferenceService/ServerLive", "content-type", "application/grpc-web");
    assertThat(web.end().status()).containsEntry("http", "404");
  }
}
