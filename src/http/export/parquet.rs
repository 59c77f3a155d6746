//! Rows → Parquet, one row group after another, each of which leaves memory before the next begins.

use std::sync::Arc;

use parquet::{
    basic::{Compression, ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical},
    column::writer::ColumnWriterImpl,
    data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type},
    errors::ParquetError,
    file::{
        properties::{EnabledStatistics, WriterProperties},
        writer::SerializedFileWriter,
    },
    schema::types::{Type, TypePtr},
};

use crate::http::views::{Cell, Column, Table};

/// Rows of a group: more would compress little better, and are held in memory until the group is full.
const GROUP: usize = 8_192;

pub struct Writer<R> {
    file: SerializedFileWriter<Vec<u8>>,
    waiting: Vec<R>,
}

impl<R: Table> Writer<R> {
    pub fn new() -> Result<Self, ParquetError> {
        let columns = R::COLUMNS.iter().map(column_type).collect::<Result<_, _>>()?;
        let schema = Type::group_type_builder("row").with_fields(columns).build()?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .set_created_by(concat!("crossclaim version ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
        Ok(Self { file, waiting: Vec::new() })
    }

    /// The bytes of the groups that became full.
    pub fn rows(&mut self, rows: Vec<R>) -> Result<Vec<u8>, ParquetError> {
        self.waiting.extend(rows);
        while self.waiting.len() >= GROUP {
            let rest = self.waiting.split_off(GROUP);
            self.group()?;
            self.waiting = rest;
        }
        self.file.flush()?;
        // The writer counts what went through it: it does not miss what is taken away.
        Ok(std::mem::take(self.file.inner_mut()))
    }

    /// The last group, and the footer that makes it a file.
    pub fn finish(mut self) -> Result<Vec<u8>, ParquetError> {
        if !self.waiting.is_empty() {
            self.group()?;
        }
        self.file.into_inner()
    }

    fn group(&mut self) -> Result<(), ParquetError> {
        let rows = &self.waiting;
        let mut group = self.file.next_row_group()?;
        for column in R::COLUMNS {
            let mut writer = group.next_column()?.expect("the schema has a column for each");
            match &column.cell {
                Cell::Text(read) => write(writer.typed::<ByteArrayType>(), rows, |row| {
                    read(row).map(|text| ByteArray::from(text.into_owned().into_bytes()))
                })?,
                Cell::Whole(read) => write(writer.typed::<Int64Type>(), rows, read)?,
                Cell::Real(read) => write(writer.typed::<DoubleType>(), rows, read)?,
                Cell::Truth(read) => write(writer.typed::<BoolType>(), rows, read)?,
                Cell::Time(read) => {
                    write(writer.typed::<Int64Type>(), rows, |row| read(row).map(|time| time.timestamp_micros()))?;
                }
            }
            writer.close()?;
        }
        group.close()?;
        self.waiting.clear();
        Ok(())
    }
}

/// The values there are, and for each row whether it has one.
fn write<R, T: DataType>(
    writer: &mut ColumnWriterImpl<'_, T>,
    rows: &[R],
    read: impl Fn(&R) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let mut values = Vec::with_capacity(rows.len());
    let levels: Vec<i16> = rows.iter().map(|row| read(row).map(|value| values.push(value)).is_some().into()).collect();
    writer.write_batch(&values, Some(&levels), None).map(drop)
}

fn column_type<R>(column: &Column<R>) -> Result<TypePtr, ParquetError> {
    let (physical, logical, converted) = match column.cell {
        Cell::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String), ConvertedType::UTF8),
        Cell::Whole(_) => (Physical::INT64, None, ConvertedType::NONE),
        Cell::Real(_) => (Physical::DOUBLE, None, ConvertedType::NONE),
        Cell::Truth(_) => (Physical::BOOLEAN, None, ConvertedType::NONE),
        Cell::Time(_) => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS)), ConvertedType::TIMESTAMP_MICROS),
    };
    let built = Type::primitive_type_builder(column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .with_converted_type(converted)
        .build()?;
    Ok(Arc::new(built))
}
