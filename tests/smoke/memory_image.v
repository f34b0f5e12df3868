// The block of docs/numerics.md in Verilog, on what `quell block --memory-image` wrote: no biases, full heads, Z1
// alone, default scales, one strip, one tile. Prints how many words of its output are not those of output.hex.
module memory_image #(parameter C = 8, H = 5, W = 6, B = 2, M = 4, LANES = 4, WIDTH = 32, LEAP = 32,
               parameter [63:0] FEEDBACK = 64'h80200003);
    localparam P = H * W;
    reg signed [15:0] x [0:C*P-1], y [0:C*P-1], weights [0:2*B*C+B*9+B*C-1];
    reg [WIDTH-1:0] stream [0:2*M-1];
    reg signed [31:0] log_table [0:191], cosine_table [0:191];
    reg signed [15:0] r [0:B*P-1], d [0:B*P-1];
    integer b, c, p, i, j, k, e, lane, errors;
    reg signed [63:0] sum, mean, variance, s, n, out;

    function signed [63:0] round_shift(input signed [63:0] v, input integer shift);
        round_shift = shift > 0 ? (v + (64'sd1 <<< (shift - 1))) >>> shift : v <<< -shift;
    endfunction
    function signed [63:0] requantise(input signed [63:0] v, input integer shift);
        begin
            requantise = round_shift(v, shift);
            if (requantise > 32767) requantise = 32767;
            if (requantise < -32768) requantise = -32768;
        end
    endfunction
    function signed [15:0] leaky(input signed [63:0] v);
        leaky = v >= 0 ? v : round_shift(v, 7);
    endfunction
    function [63:0] root(input [63:0] v);  // bit by bit
        integer bit_;
        begin
            root = 0;
            for (bit_ = 31; bit_ >= 0; bit_ = bit_ - 1)
                if ((root | (64'd1 << bit_)) * (root | (64'd1 << bit_)) <= v) root = root | (64'd1 << bit_);
        end
    endfunction
    task draw(input integer l, output signed [63:0] normal);
        reg [WIDTH-1:0] u1, u2;
        reg [WIDTH+23:0] wide;
        reg signed [63:0] t, off, q, lg, rad, phase, h, cosv;
        integer leading, seg;
        begin
            u1 = stream[2*l]; u2 = stream[2*l+1];
            for (k = 0; k < LEAP; k = k + 1) begin
                stream[2*l]   = (stream[2*l] >> 1)   ^ (stream[2*l][0] ? FEEDBACK[WIDTH-1:0] : 0);
                stream[2*l+1] = (stream[2*l+1] >> 1) ^ (stream[2*l+1][0] ? FEEDBACK[WIDTH-1:0] : 0);
            end
            leading = 0;
            while (!u1[WIDTH-1-leading]) leading = leading + 1;
            wide = {u1, 24'b0} << (leading + 1);
            t = wide[WIDTH+23 -: 24];
            seg = t >> 18; off = (t & 'h3ffff) - 'h20000; q = (off * off) >>> 20;
            lg = log_table[3*seg] + ((log_table[3*seg+1] * off) >>> 16) - ((log_table[3*seg+2] * q) >>> 12);
            lg = (leading + 1) * 64'sd744261118 - lg;
            rad = root(lg > 0 ? 8 * lg : 0);
            wide = {u2, 24'b0};
            phase = wide[WIDTH+23 -: 24];
            h = phase & 'h3fffff;
            if (phase[22]) h = 'h3fffff - h;
            seg = h >> 16; off = 2 * (h & 'hffff) + 1 - 65536; q = (off * off) >>> 18;
            cosv = round_shift(cosine_table[3*seg] - ((cosine_table[3*seg+1] * off) >>> 15)
                               - ((cosine_table[3*seg+2] * q) >>> 12), 14);
            if (phase[23] ^ phase[22]) cosv = -cosv;
            normal = requantise(rad * cosv, 20);
        end
    endtask

    reg [8*200:1] dir;
    initial begin
        if (!$value$plusargs("dir=%s", dir)) $finish;
        $readmemh({dir, "/input.hex"}, x);
        $readmemh({dir, "/output.hex"}, y);
        $readmemh({dir, "/weights.hex"}, weights);
        $readmemh({dir, "/lfsr.hex"}, stream);
        $readmemh({dir, "/log.hex"}, log_table);
        $readmemh({dir, "/cosine.hex"}, cosine_table);
        for (b = 0; b < B; b = b + 1) for (p = 0; p < P; p = p + 1) begin
            sum = 0;
            for (c = 0; c < C; c = c + 1) sum = sum + weights[b*C+c] * x[c*P+p];
            r[b*P+p] = leaky(requantise(sum, 14));
        end
        for (b = 0; b < B; b = b + 1) for (p = 0; p < P; p = p + 1) begin
            sum = 0;
            for (i = -1; i <= 1; i = i + 1) for (j = -1; j <= 1; j = j + 1)
                if (p/W+i >= 0 && p/W+i < H && p%W+j >= 0 && p%W+j < W)
                    sum = sum + weights[B*C + b*9 + (i+1)*3 + j+1] * r[b*P + (p/W+i)*W + p%W+j];
            d[b*P+p] = leaky(requantise(sum, 14));
        end
        errors = 0;
        for (e = 0; e < C*P; e = e + 1) begin
            c = e / P; p = e % P;
            mean = 0; variance = 0;
            for (b = 0; b < B; b = b + 1) begin
                mean = mean + weights[B*C + 9*B + c*B + b] * d[b*P+p];
                variance = variance + weights[B*C + 9*B + C*B + c*B + b] * d[b*P+p];
            end
            mean = requantise(mean, 14); variance = requantise(variance, 14);
            s = root(variance > 0 ? variance <<< 16 : 0);
            draw(e % LANES, n);
            out = requantise((x[e] <<< 14) - (mean <<< 14) - n * s, 14);
            if (out !== y[e]) errors = errors + 1;
        end
        $display("%0d words, %0d differ", C*P, errors);
    end
endmodule
