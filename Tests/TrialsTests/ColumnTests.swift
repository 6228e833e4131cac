import Testing
import Trials

@Suite struct ColumnTests {
    /// The columns other people's scripts rely on, in the file's order.
    private let contract = """
        experiment,trial,repetition,status,message,\
        cell,layers,input,hidden,batch,length,strategy,window,stride,slots,task,scalar,threads,seed,\
        predicted_peak_bytes,peak_bytes,thread_peak_bytes,peak_rss_bytes,weights_bytes,gradients_bytes,inputs_bytes,\
        states_bytes,records_bytes,workspace_bytes,jemalloc_allocated_bytes,jemalloc_active_bytes,\
        jemalloc_resident_bytes,jemalloc_mapped_bytes,prediction_gap_bytes,\
        forward_steps,recomputed_steps,backward_steps,predicted_forward_steps,flops,workers,\
        wall_seconds,forward_seconds,recompute_seconds,backward_seconds,io_seconds,\
        loss,gradient_exact,gradient_relative_error,gradient_cosine
        """

    @Test func namesAndOrderAreTheContracts() {
        let additions = [
            "environment", "segment", "inputs", "input_projection", "bidirectional", "variant", "recurrent_weights",
            "optimizer_bytes",
            "alignment_bytes", "predicted_disk_bytes", "disk_bytes", "sensitivities_bytes", "updates", "update_each",
            "optimizer",
            "learning_rate",
            "clip", "task_content", "optimizer_seconds", "quality", "held_out_quality", "gradient_standard_error",
            "chosen_window", "estimated_relative_bias", "gradient_decay", "relative_sensitivity",
            "sequence_frames",
            "ended_sequences",
            "ended_frames", "tr_frames", "em_frames", "weights", "weights_content", "validation", "held_out_loss",
            "engine", "records", "rounding", "states", "step_bytes", "buffer_bytes", "forgotten_bits",
        ]
        #expect(Column.all.map(\.name).filter { !additions.contains($0) }.joined(separator: ",") == contract)
        #expect(Column.all.count == contract.split(separator: ",").count + additions.count)
    }

    @Test func statuses() {
        #expect(Status.allCases.map(\.rawValue) == ["ok", "out_of_memory", "timed_out", "failed"])
    }

    @Test func textOfARow() throws {
        var measurement = Measurement()
        measurement[.peakBytes] = .integer(1024)
        measurement[.wallSeconds] = .real(0.25)
        measurement[.gradientExact] = .flag(true)
        let row = Row(
            experiment: "lengths", trial: try Trial(words: ["strategy=binomial:slots=8"]), repetition: 2, status: .ok,
            origin: Origin(key: "0123456789abcdef"), measurement: measurement)
        #expect(
            Column.all.map { $0.text(row) }.joined(separator: ",") == """
                lengths,\(row.trial.identifier),2,ok,,0123456789abcdef,\
                lstm,1,64,128,32,256,binomial:slots=8,,,8,,noise,streamed,batched,false,plain,uniform,float,1,1,0,sequence,sgd,0.001,0,,,,0,unroll,native,nearest,native,\
                ,1024,,,,,,,,,,,,,,,,,,,,,,,,,,,,\
                0.25,,,,,,,,,\
                true,,,,,,,,,,,,,
                """)
        #expect(row[.peakBytes] == 1024)
        #expect(row[.gradientExact] == 1)
        #expect(row[.loss] == nil)
    }
}
